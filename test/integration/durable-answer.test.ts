import { describe, expect, it } from "vitest";
import type { Client } from "../../src/access/policy.ts";
import { findOperation } from "../../src/gen/operations.ts";
import type { Context } from "../../src/http/context.ts";
import { answerDurably } from "../../src/http/forward/answer-durably.ts";
import type { PreparedCall } from "../../src/http/forward/prepare-call.ts";
import { Deadline } from "../../src/resilience/deadline.ts";
import { FakeClock } from "../support/fake-clock.ts";

const BUDGET_MS = 2_000;

/** A charged call whose object answers as the test says. */
async function ask(submit: () => Promise<unknown>) {
  const clock = new FakeClock();
  const startedAt = clock.now();
  const ctx = {
    clock,
    objects: { CALLS: { getOnce: () => ({ submit }) } },
    charges: { known: null },
    requestId: "r1",
    prefer: { respondAsync: false, representation: false },
    waitSeconds: null,
    deadline: new Deadline({ endsAt: startedAt + BUDGET_MS, subrequests: 50, signal: null }),
    event: { attempts: [] },
    waitUntil: () => {},
  } as unknown as Context;
  const operation = findOperation("cells.generate");
  const path = "/vidsheet/1/cells/2/generate";
  const call = { operation, path, search: "", headers: {}, body: { kind: "none" } };
  const prepared = {
    call,
    params: {},
    agentId: "42",
    account: { name: "default" },
    kept: null,
  } as unknown as PreparedCall;
  const key = { callerKey: "k", own: true, genKey: "g" };
  const client = { kind: "key", id: "c", policy: {} } as unknown as Client;
  const problem = await clock.settle(answerDurably({ prepared, key, client }, ctx));
  return { problem, tookMs: clock.now() - startedAt };
}

describe("a durable call whose object does not answer", () => {
  it("is answered as pending half a second after the budget, with where to look", async () => {
    const { problem, tookMs } = await ask(() => new Promise(() => {}));
    const location = expect.stringMatching(/^\/v1\/calls\/[0-9a-f]{64}$/);
    expect(problem).toMatchObject({ code: "outcome_pending", status: 504, charged: "unknown", headers: { location } });
    expect(tookMs).toBe(BUDGET_MS + 500);
  });

  it("is answered at once when it does", async () => {
    const { problem, tookMs } = await ask(async () => ({ view: { kind: "reused" }, attempts: [] }));
    expect(problem).toMatchObject({ code: "idempotency_key_reused" });
    expect(tookMs).toBe(0);
  });
});
