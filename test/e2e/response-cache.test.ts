import { afterEach, describe, expect, it } from "vitest";
import type { Outcome } from "../simulator/faults/outcome.ts";
import { eventually } from "../support/durable-calls.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;

afterEach(() => stack.close());

const asked = () => stack.gen.control.ledger().requests.filter(({ path }) => path.startsWith("/v1/agents")).length;

describe("GET /v1/agents", () => {
  it("asks GEN once for many clients' requests at the same time, and each gets the whole answer", async () => {
    stack = await startStack();
    const answers = await Promise.all(Array.from({ length: 20 }, () => stack.call("/v1/agents")));
    const bodies = await Promise.all(answers.map((answer) => answer.text()));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(bodies).size).toBe(1);
    expect(asked()).toBe(1);
  });

  it("is answered from memory, with its age, and by 304 to a client that has it", async () => {
    stack = await startStack();
    const first = await stack.call("/v1/agents");
    const etag = first.headers.get("etag") ?? "";
    const again = await stack.call("/v1/agents");
    const known = await stack.call("/v1/agents", { headers: { "if-none-match": etag } });

    expect(Number(again.headers.get("age"))).toBeGreaterThanOrEqual(0);
    expect(again.headers.get("cache-status")).toMatch(/^gen-edge; hit/);
    expect([known.status, await known.text()]).toEqual([304, ""]);
    expect(asked()).toBe(1);
    // A client that stores the answer subtracts its age, and must not share it between keys.
    for (const answer of [first, again, known]) {
      expect(answer.headers.get("cache-control")).toBe("private, max-age=60");
      expect(answer.headers.get("vary")?.toLowerCase().split(/, */)).toEqual(
        expect.arrayContaining(["authorization", "x-api-key", "cf-access-jwt-assertion", "origin", "accept-language"]),
      );
    }
  });

  it("is never given from one client's memory to another", async () => {
    stack = await startStack();
    await stack.call("/v1/agents");
    await stack.call("/v1/agents", { headers: { "x-api-key": await stack.worker.addClient({ name: "other" }) } });

    expect(asked()).toBe(2);
  });
});

/** A Worker whose clock is ahead by all that requests have asked for in `x-ahead-ms`. */
const AHEAD = `
import * as bundle from "./bundle.js";
export * from "./bundle.js";
const now = Date.now;
let aheadMs = 0;
Date.now = () => now() + aheadMs;
export default {
  ...bundle.default,
  fetch(request, env, ctx) {
    aheadMs += Number(request.headers.get("x-ahead-ms") ?? 0);
    return bundle.default.fetch(request, env, ctx);
  },
};`;

describe("GET /v1/agents, remembered a minute ago", () => {
  /** Fills the cache with a copy, and returns its text; `readLater` reads a minute later. */
  const remember = async () => {
    stack = await startStack({}, { front: AHEAD });
    const copy = await (await stack.call("/v1/agents")).text();
    stack.gen.control.clearLedger();
    return copy;
  };
  const readLater = (headers: Record<string, string> = {}) =>
    stack.call("/v1/agents", { headers: { "x-ahead-ms": "61000", ...headers } });
  const ofAgents = (...outcomes: Outcome[]) =>
    stack.gen.control.addFaults({
      rules: [{ match: { path: "/v1/agents" }, outcomes, repeat: outcomes.length === 1 }],
    });
  const lineOf = (id: string) =>
    stack.worker.waitForLine(({ request_id, route }) => request_id === id && route !== undefined);

  it("costs one attempt while GEN is down, and is given then", async () => {
    const copy = await remember();
    ofAgents({ status: 503, body: "" });
    const response = await readLater({ "x-request-id": "down" });

    expect([response.status, await response.text()]).toEqual([200, copy]);
    expect(response.headers.get("cache-status")).toMatch(/^gen-edge; hit; detail=stale; ttl=-/);
    expect(response.headers.get("x-genedge-attempts")).toBe("1");
    expect(asked()).toBe(1);
    expect(await lineOf("down")).toMatchObject({
      status: 200,
      error_code: null,
      veto: null,
      attempts: [{ outcome: "503" }],
    });
  });

  it("is given after 2 s when GEN hangs, and renewed in the background", async () => {
    const copy = await remember();
    ofAgents({ delayHeadersMs: 4_000 }, "pass");
    const startedAt = performance.now();
    const response = await readLater({ "x-request-id": "slow" });
    const tookMs = performance.now() - startedAt;

    expect([response.status, await response.text()]).toEqual([200, copy]);
    expect(tookMs).toBeGreaterThanOrEqual(1_900);
    expect(response.headers.get("cache-status")).toContain("detail=stale");
    expect(response.headers.get("x-genedge-attempts")).toBe("1");
    expect(await lineOf("slow")).toMatchObject({ error_code: null, attempts: [{ outcome: "timeout" }] });

    const again = () => stack.call("/v1/agents");
    const fresh = await eventually(again, ({ headers }) => !headers.get("cache-status")?.includes("stale"));
    expect(fresh.headers.get("cache-status")).toMatch(/^gen-edge; hit; ttl=\d/);
    expect(asked()).toBe(1);
  });
});
