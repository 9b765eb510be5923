import { describe, expect, it } from "vitest";
import type { Policy } from "../../../src/access/policy.ts";
import { readBudgets } from "../../../src/budget-variables.ts";
import { toSpending } from "../../../src/money/spending.ts";

type Spender = Parameters<typeof toSpending>[0];

const POLICY: Policy = { name: "web", scopes: ["generate"], agents: "*", origins: [], expiresAt: null };
const CLIENT: Spender = { payer: "c", policy: POLICY, pipeline: null, tag: null, account: "default", type: null };

function budgetsOf(spender: Partial<Spender>, variable = ""): string[] {
  const config = { budgets: readBudgets(variable).value, prices: {} };
  const { budgets } = toSpending({ ...CLIENT, ...spender }, config);
  return budgets.map(({ of, name, unit, per, limit }) => `${of}:${name} ${limit} ${unit}/${per}`);
}

describe("the budgets of a call", () => {
  it("are none without a limit", () => {
    expect(budgetsOf({})).toEqual([]);
  });

  it("are those of its payer, its tag, its pipeline, its GEN account, and all", () => {
    const limits = { chargesPerDay: 1, creditsPerDay: 2, chargesPerMonth: 3, creditsPerMonth: 4 };
    const pipeline = { name: "p", limits: { creditsPerDay: 5 } };
    const variable = `all 9 calls/day; account:acme 8 credits/month
      pipeline:p 7 calls/day; tag:t 6 credits/day`;
    expect(budgetsOf({ policy: { ...POLICY, ...limits }, pipeline, tag: "t", account: "acme" }, variable)).toEqual([
      "client:c 1 calls/day",
      "client:c 2 credits/day",
      "client:c 3 calls/month",
      "client:c 4 credits/month",
      "tag:t 6 credits/day",
      "pipeline:p 5 credits/day",
      "pipeline:p 7 calls/day",
      "account:acme 8 credits/month",
      "all: 9 calls/day",
    ]);
  });

  it("are not those of others", () => {
    const variable = "account:acme 1 calls/day; pipeline:p 1 calls/day; tag:t 1 calls/day; tag:* 2 calls/day";
    expect(budgetsOf({}, variable)).toEqual([]);
    expect(budgetsOf({ tag: "u" }, variable)).toEqual(["tag:u 2 calls/day"]);
  });

  it("are those of each (*), but where an entry names the holder itself", () => {
    const variable = "tag:* 5 calls/day; tag:* 50 credits/month; tag:big 500 credits/month";
    expect(budgetsOf({ tag: "any" }, variable)).toEqual(["tag:any 5 calls/day", "tag:any 50 credits/month"]);
    expect(budgetsOf({ tag: "big" }, variable)).toEqual(["tag:big 500 credits/month", "tag:big 5 calls/day"]);
  });

  it.each([
    [5, 7, "pipeline:p 5 calls/day"],
    [7, 5, "pipeline:p 5 calls/day"],
    [5, 5, "pipeline:p 5 calls/day"],
  ])("hold a pipeline to the smaller of its own limit (%d) and the variable's (%d)", (own, other, held) => {
    const pipeline = { name: "p", limits: { chargesPerDay: own } };
    expect(budgetsOf({ pipeline }, `pipeline:p ${other} calls/day`)).toEqual([held]);
  });

  it("of a run that no client has started are not a client's", () => {
    const pipeline = { name: "p", limits: { chargesPerDay: 5 } };
    expect(budgetsOf({ payer: "pipeline:p", policy: null, pipeline })).toEqual(["pipeline:p 5 calls/day"]);
  });
});

it("the prices of a call are the policy's, then the pipeline's, then those of the variable", () => {
  const config = { budgets: [], prices: { a: 1, b: 1, c: 1 } };
  const pipeline = { name: "p", limits: { prices: { a: 2, b: 2 } } };
  const policy = { ...POLICY, prices: { a: 3 } };
  expect(toSpending({ ...CLIENT, policy, pipeline }, config).prices).toEqual({ a: 3, b: 2, c: 1 });
});
