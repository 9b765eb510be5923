import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "../simulator/faults/outcome.ts";
import { cell, durableCalls } from "../support/durable-calls.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterEach(() => {
  stack.gen.control.clearFaults();
  stack.gen.control.clearLedger();
});
afterAll(() => stack.close());

const calls = durableCalls(() => stack);
const { path, url } = cell(10111);
/** The POSTs that GEN got: generations that are tracked are polled all the time. */
const script = (...outcomes: Outcome[]) =>
  stack.gen.control.addFaults({ rules: [{ match: { method: "POST" }, outcomes }] });
const always = (outcome: Outcome) => stack.gen.control.addFaults({ rules: [{ outcomes: [outcome], repeat: true }] });

const FIREWALL: Outcome = { status: 403, body: "<html>Request blocked</html>" };
const REFUSALS: readonly (readonly [Outcome, number, string])[] = [
  [FIREWALL, 502, "gen_bad_response"],
  [{ status: 401, body: "" }, 502, "gen_bad_response"],
  [{ status: 404, body: "<html>Not found</html>" }, 502, "gen_bad_response"],
  [{ status: 407, body: "" }, 502, "gen_bad_response"],
  [{ status: 413, body: "<html>Request Entity Too Large</html>" }, 413, "gen_rejected_request"],
  [{ status: 422, body: { errors: ["Prompt is blocked"] } }, 422, "gen_rejected_request"],
  [{ status: 400, body: "" }, 400, "gen_rejected_request"],
  [{ status: 451, body: { message: "no" } }, 451, "gen_rejected_request"],
];

describe("a 4xx, whatever sends it and whatever its body", () => {
  it.each(REFUSALS)(
    "is a refusal of a charged call, sent once and not charged: %j is told as %i %s",
    async (outcome, status, code) => {
      always(outcome);
      const key = randomUUID();
      const response = await calls.generate(url, { key });
      expect(await readProblem(response)).toMatchObject({
        status,
        error_code: code,
        charged: "no",
        retryable: false,
        veto: "not-retryable",
        attempts: 1,
      });
      expect(calls.requestsTo(path)).toHaveLength(1);

      stack.gen.control.clearFaults();
      expect((await calls.generate(url, { key })).status).toBe(201);
      expect(calls.totals().charges).toBe(1);
    },
  );

  it.each(REFUSALS)(
    "leaves no open outcome of a free POST under a key: %j is told as %i %s",
    async (outcome, status, code) => {
      always(outcome);
      const body = { agent_id: 42, spreadsheet: { title: "New" } };
      const problem = await readProblem(await calls.generate("/v1/vidsheet", { body }));
      expect(problem).toMatchObject({ status, error_code: code, charged: "no", veto: "not-retryable" });
      expect(calls.requestsTo("/v1/vidsheet")).toHaveLength(1);
    },
  );

  it("gives the quota back: a blocked prompt is not one of the day's calls", async () => {
    const as = await stack.worker.addClient({ chargesPerDay: 1 });
    script(FIREWALL, FIREWALL);
    for (const blocked of [1, 2]) {
      expect([blocked, (await calls.generate(url, { as })).status]).toEqual([blocked, 502]);
    }
    expect((await calls.generate(url, { as })).status).toBe(201);
    expect((await calls.generate(url, { as })).status).toBe(429);
  });

  it("leaves a call that is found as one of which nothing happened", async () => {
    always(FIREWALL);
    const accepted = await calls.generate(url, { prefer: "respond-async" });
    const call = await calls.reaches(accepted.headers.get("location"), "not_charged");
    expect(call).toMatchObject({ charged: "no", failure: { status: 403, error_code: null } });
  });

  it("ends a call when a price was asked for: the call is not sent, and not asked for again", async () => {
    const as = await stack.worker.addClient({ maxCredits: 1_000 });
    always(FIREWALL);
    const problem = await readProblem(await calls.generate(url, { as }));
    expect(problem).toMatchObject({ error_code: "gen_bad_response", charged: "no" });
    expect(calls.requestsTo("/v1/user_jobs/estimate")).toHaveLength(1);
    expect(calls.requestsTo(path)).toHaveLength(0);
  });
});

describe("a conflict that nobody explains", () => {
  it("may be the call itself that is in the way: a charged one is asked for again", async () => {
    script({ status: 409, body: "" });
    expect((await calls.generate(url)).status).toBe(201);
    expect(calls.requestsTo(path)).toHaveLength(2);
  });

  it("leaves the outcome unknown of a call that must not be repeated", async () => {
    script({ status: 409, body: "" });
    const init = json("POST", { agent_id: 42, spreadsheet: { title: "New" } });
    expect(await readProblem(await stack.call("/v1/vidsheet", init))).toMatchObject({
      error_code: "outcome_unknown",
      retryable: false,
    });
  });
});

describe("a 4xx or 5xx that another try may mend", () => {
  it.each([425, 500, 507, 520, 529, 530, 599])("is tried again by a read and by a charged call: %i", async (status) => {
    const read = { method: "GET", path: "/v1/vidsheet/101" };
    stack.gen.control.addFaults({ rules: [{ match: read, outcomes: [{ status, body: "" }] }] });
    expect((await stack.call("/v1/vidsheet/101?agent_id=42")).headers.get("x-genedge-attempts")).toBe("2");
    script({ status, body: "" });
    expect((await calls.generate(url)).status).toBe(201);
    expect(calls.totals().charges).toBe(1);
  });

  it.each([501, 505])("is neither tried again nor advised to be when it is %i", async (status) => {
    always({ status, body: "" });
    const response = await stack.call("/v1/vidsheet/101?agent_id=42");
    expect(await readProblem(response)).toMatchObject({
      status: 502,
      error_code: "gen_bad_response",
      retryable: false,
      veto: "not-retryable",
      attempts: 1,
    });
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(response.headers.get("retry-after")).toBeNull();
  });
});

/** The last tests: a call that stays open is sent again and again. */
describe("a refusal after a lost answer", () => {
  it("proves nothing, not a firewall's either", async () => {
    stack.gen.control.addFaults({
      rules: [
        { match: { method: "POST" }, outcomes: ["done_but_lost"] },
        { match: { method: "POST" }, outcomes: [FIREWALL], repeat: true },
        { match: { method: "GET" }, outcomes: [FIREWALL], repeat: true },
      ],
    });
    const problem = await readProblem(await calls.generate(url, { prefer: "wait=5" }));
    expect(problem).toMatchObject({ error_code: "outcome_pending", charged: "unknown" });
  });
});
