import { describe, expect, it } from "vitest";
import { toRunSpender, toRunSpending } from "../../../src/pipelines/steps/spender.ts";

const POLICY = { name: "k", scopes: [], agents: "*" as const, origins: [], expiresAt: null, creditsPerDay: 9 };
const CLIENT = { kind: "key" as const, id: "k", policy: POLICY };
const PIPELINE = { name: "a", budget: { chargesPerDay: 3, prices: { render: 50 } }, tag: "own" };
const CONFIG = { budgets: [], prices: {} };

const MANUAL = { kind: "manual", clientId: "k" } as const;
const CRON = { kind: "cron", cron: "0 9 * * *", scheduledAt: 1 } as const;
const WEBHOOK = { kind: "webhook", source: "typeform", deliveryId: "d" } as const;

describe("a run is paid", () => {
  it.each([
    ["a client that has started it", MANUAL, { client: CLIENT, tag: null }, "k", ["client", "pipeline"]],
    ["a client of an earlier version, within no bounds", MANUAL, null, "k", ["pipeline"]],
    ["its pipeline, after a schedule", CRON, { client: null, tag: null }, "pipeline:a", ["pipeline"]],
    ["its pipeline, after a webhook", WEBHOOK, { client: null, tag: null }, "pipeline:a", ["pipeline"]],
  ] as const)("by %s", (_, trigger, terms, payer, budgets) => {
    const spending = toRunSpending(toRunSpender({ trigger, terms }, PIPELINE), "text", CONFIG);
    expect(spending).toMatchObject({ payer, pipeline: "a", type: "text", prices: { render: 50 } });
    expect(spending.budgets.map(({ of }) => of)).toEqual(budgets);
  });

  it("for the tag that its start gave it, else for its pipeline's, if it has one", () => {
    const tagOf = (tag: string | null, own: string | null) =>
      toRunSpender({ trigger: MANUAL, terms: { client: CLIENT, tag } }, { ...PIPELINE, tag: own }).tag;
    expect([tagOf("given", "own"), tagOf(null, "own"), tagOf(null, null)]).toEqual(["given", "own", null]);
  });
});
