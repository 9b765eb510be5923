import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "../../src/access/policy.ts";
import { CANARY_KEY, json, readProblem, type Stack, startStack } from "../support/stack.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ BACKOFF_BASE_MS: "1" });
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

const lineOf = (id: string) => stack.worker.waitForLine((line) => line.message === "request" && line.request_id === id);

describe("one line per request", () => {
  it("says who, what, how often tried, how long, and why it ended so", async () => {
    stack.script({ status: 503, body: "" }, "reset", {
      status: 422,
      body: { error: "no", error_code: "validation_error" },
    });
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    await stack.call(`${SHEET}&q=private`, { headers: { "x-request-id": "seen-1", traceparent } });
    const line = await lineOf("seen-1");
    expect(line).toMatchObject({
      level: "info",
      request_id: "seen-1",
      client_id: stack.key.split("_")[1],
      operation: "sheets.get",
      method: "GET",
      route: "/v1/vidsheet/:sheet",
      ids: { sheet: "101", agent_id: "42" },
      trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
      status: 422,
      error_code: "validation_error",
      veto: "not-retryable",
      upstream_host: new URL(stack.gen.urls.api).host,
      upstream_status: 422,
      upstream_code: "validation_error",
      attempts: [{ outcome: "503" }, { outcome: "lost" }, { outcome: "422" }],
    });
    expect(line.ms).toEqual(expect.any(Number));
    expect(line.waited_ms).toEqual(expect.any(Number));
    expect(JSON.stringify(line)).not.toContain("private");
  });

  it("names GEN's host, without a path or a key, when an attempt has failed, of a charged call too", async () => {
    const charge = { generation_type: "text", data: { prompt: "x" } };
    const path = "/v1/vidsheet/101/cells/1011/generate?agent_id=42";
    await stack.call(SHEET, { headers: { "x-request-id": "host-0" } });
    stack.script({ status: 503, headers: { "retry-after": "60" }, body: "" });
    await stack.call(path, json("POST", charge, { "x-request-id": "host-1" }));
    expect(await lineOf("host-0")).toMatchObject({ attempts: [{ outcome: "200" }], upstream_host: null });
    expect(await lineOf("host-1")).toMatchObject({ upstream_host: new URL(stack.gen.urls.api).host });
  });

  it("is written for a refusal and for a preflight, too", async () => {
    await fetch(`${stack.worker.url}${SHEET}`, { headers: { "x-request-id": "seen-2" } });
    await fetch(`${stack.worker.url}${SHEET}`, {
      method: "OPTIONS",
      headers: { "x-request-id": "seen-3", origin: "https://a.test", "access-control-request-method": "GET" },
    });
    expect(await lineOf("seen-2")).toMatchObject({ status: 401, error_code: "unauthorized", client_id: null });
    expect(await lineOf("seen-3")).toMatchObject({ status: 204, error_code: null });
  });

  it.each([
    ["GET", "/v1/vidsheet/101?agent_id=42", "/v1/vidsheet/:sheet"],
    ["GET", "/v1/secret-path/x", "/v1/*"],
    ["GET", "/v1/calls/secret-id", "/v1/calls/:id"],
    ["GET", "/v1/usage", "/v1/usage"],
    ["GET", "/v1/generations/9/events?ticket=secret-ticket", "/v1/generations/:id/events"],
    ["GET", "/v1/generations/9/events", "/v1/generations/:id/events"],
    ["POST", "/v1/generations/9/tickets", "/v1/generations/:id/tickets"],
    ["POST", "/pipelines/secret-name/runs", "/pipelines/:name/runs"],
    ["POST", "/webhooks/github", "/webhooks/:source"],
    ["POST", "/webhooks/gen/42/secret-token", "/webhooks/gen/:agent/:token"],
    ["GET", "/secret-path", "none"],
  ])(
    "names the route of what was refused for want of a key, a ticket or a signature: %s %s",
    async (method, path, route) => {
      const id = `route-of-${method}-${path.replace(/[^a-z0-9]+/g, "-")}`.replaceAll("secret", "x");
      const response = await fetch(`${stack.worker.url}${path}`, { method, headers: { "x-request-id": id } });
      expect(response.status).toBe(401);
      expect(await lineOf(id)).toMatchObject({ status: 401, error_code: "unauthorized", route });
      expect(stack.worker.output()).not.toContain("secret-");
    },
  );

  it("holds no path that was not in the table: a path can hold a token", async () => {
    await stack.call("/v1/secret-token-in-path/x", { headers: { "x-request-id": "seen-4" } });
    await lineOf("seen-4");
    expect(stack.worker.output()).not.toContain("secret-token-in-path");
  });
});

describe("GEN's key", () => {
  it("is in no answer and no line, even when GEN itself repeats it", async () => {
    const echo = { error: `Key ${CANARY_KEY} is not good.`, error_code: "validation_error", errors: [CANARY_KEY] };
    const bodies: string[] = [];
    for (const outcome of [
      { status: 401, body: { error: CANARY_KEY, error_code: "unauthorized" } },
      { status: 302, headers: { location: `https://evil.test/?key=${CANARY_KEY}` } },
      { status: 500, headers: { "retry-after": CANARY_KEY, etag: CANARY_KEY }, body: CANARY_KEY },
    ]) {
      stack.script(...Array(8).fill(outcome));
      const response = await stack.call(SHEET, { headers: { prefer: "wait=1" } });
      bodies.push(JSON.stringify([...response.headers]), await response.text());
      stack.gen.control.clearFaults();
    }
    const other = await startStack();
    other.script({ status: 422, body: echo });
    const response = await other.call(SHEET, { headers: { "x-request-id": CANARY_KEY, "x-extra": CANARY_KEY } });
    bodies.push(await response.text());
    const log = stack.worker.output() + other.worker.output();
    await other.close();
    expect(bodies.join()).not.toContain(CANARY_KEY);
    expect(log).not.toContain(CANARY_KEY);
  });

  it("goes to GEN's hosts and nowhere else: a redirect is not followed", async () => {
    const elsewhere = await startStack();
    elsewhere.script({ status: 307, headers: { location: `${stack.gen.urls.api}/me` } });
    const before = stack.gen.control.ledger().totals.requests;
    const response = await elsewhere.call("/v1/me");
    expect(await readProblem(response)).toMatchObject({ status: 502, error_code: "gen_bad_response" });
    expect(stack.gen.control.ledger().totals.requests).toBe(before);
    await elsewhere.close();
  });
});

describe("a client's key", () => {
  it("is in no line", async () => {
    await stack.call(SHEET);
    await stack.call("/v1/vidsheet", json("POST", { agent_id: 42, spreadsheet: { title: stack.key } }));
    await fetch(`${stack.worker.url}/v1/vidsheet/${stack.key}?agent_id=${stack.key}`, {
      headers: { "x-api-key": stack.key, "x-request-id": "seen-5" },
    });
    await lineOf("seen-5");
    expect(stack.worker.output()).not.toContain(stack.key);
  });
});

describe("what goes wrong inside", () => {
  it("is 500 with the request id and nothing else, readable from any page; the log has the rest", async () => {
    const key = await stack.worker.addClient({ expiresAt: "never" } as unknown as Partial<Policy>);
    const headers = { origin: "https://app.example.com", "x-request-id": "broken-1", "x-api-key": key };
    const response = await fetch(`${stack.worker.url}/v1/me`, { headers });
    expect(response.status).toBe(500);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    const problem = await readProblem(response);
    expect(problem).toMatchObject({ error_code: "internal", instance: "broken-1", charged: "no" });
    expect(JSON.stringify(problem)).not.toContain("expiresAt");
    const line = await stack.worker.waitForLine((each) => each.message === "uncaught");
    expect(line).toMatchObject({ request_id: "broken-1", stack: expect.any(String) });
  });
});
