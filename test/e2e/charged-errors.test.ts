import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../simulator/faults/outcome.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

/** A stack for each test: a call whose outcome stays open is sent again, and would use up the next test's faults. */
let stack: Stack;
beforeEach(async () => {
  stack = await startStack({ CALL_LOST_QUIET_MS: "0" });
});
afterEach(() => stack.close());

const coded = (status: number, error_code: string): Outcome => ({
  status,
  body: { error: `GEN's words for ${error_code}.`, error_code },
});

describe("a charged call that fails", () => {
  const generate = (headers: Record<string, string> = {}) =>
    stack.call("/v1/vidsheet/101/cells/10111/generate?agent_id=42", json("POST", { generation_type: "text" }, headers));

  it("is told, in GEN's own words, as a refusal for which no credits were spent", async () => {
    stack.script(coded(422, "insufficient_credits_for_job"));
    expect(await readProblem(await generate())).toMatchObject({ charged: "no", retryable: false });
  });

  it("is told as open when its answer stays lost: it is followed up, and a new start is not advised", async () => {
    stack.gen.control.addFaults({ rules: [{ outcomes: ["reset"], repeat: true }] });
    const response = await generate({ prefer: "wait=1" });
    const problem = await readProblem(response);
    expect(problem).toMatchObject({ status: 504, error_code: "outcome_pending", charged: "unknown", retryable: false });
    expect(response.headers.get("location")).toMatch(/^\/v1\/calls\/[0-9a-f]{64}$/);
    expect(response.headers.get("idempotency-key")).not.toBeNull();
  });

  it("is told as open when a refusal follows a lost answer: the first send may have spent what the second one misses", async () => {
    stack.gen.control.addFaults({
      rules: [
        { match: { method: "POST" }, outcomes: ["reset"] },
        { match: { method: "POST" }, outcomes: [coded(422, "insufficient_credits_for_job")], repeat: true },
      ],
    });
    expect(await readProblem(await generate({ prefer: "wait=3" }))).toMatchObject({
      error_code: "outcome_pending",
      charged: "unknown",
    });
  });

  it("is told as not charged when a 429 turned it away", async () => {
    stack.gen.control.addFaults({ rules: [{ outcomes: [coded(429, "rate_limited")], repeat: true }] });
    expect(await readProblem(await generate({ prefer: "wait=2" }))).toMatchObject({
      status: 503,
      error_code: "gen_rate_limited",
      charged: "no",
      retryable: true,
    });
  });
});
