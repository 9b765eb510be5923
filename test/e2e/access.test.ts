import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parsePolicy } from "../../scripts/clients/parse-policy.ts";
import { VIDEO } from "../support/durable-calls.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";
const APP = "https://app.example.com";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

const sent = () => stack.gen.control.ledger().totals.requests;

describe("a caller without a valid key", () => {
  it.each([
    ["none", {}],
    ["junk", { "x-api-key": "junk" }],
    ["a key with one character changed", { "x-api-key": "ge_0123456789_0123456789012345678901234567890100000A" }],
    ["GEN's own key", { "x-api-key": "gen_pat_canary_2f81c6d0a94b" }],
    ["basic authentication", { authorization: "Basic Zm9vOmJhcg==" }],
  ])("gets 401 on every path but the public ones when it shows %s", async (_, headers) => {
    for (const path of [SHEET, "/v1/nothing", "/nowhere", "/pipelines"]) {
      const response = await fetch(`${stack.worker.url}${path}`, { headers: headers as Record<string, string> });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer realm="gen-edge"/);
      expect(await readProblem(response)).toMatchObject({ error_code: "unauthorized", retryable: false });
    }
    expect(sent()).toBe(0);
  });

  it("gets status and version from health, and nothing else", async () => {
    const response = await fetch(`${stack.worker.url}/health`);
    expect(await response.json()).toEqual({ status: "ok", version: "0.1.0" });
    expect((await fetch(`${stack.worker.url}/health`, { method: "HEAD" })).status).toBe(200);
    expect((await fetch(`${stack.worker.url}/health`, { method: "POST" })).status).toBe(405);
  });
});

describe("a client key", () => {
  it("is taken from X-API-Key and from Authorization: Bearer", async () => {
    for (const headers of [{ "x-api-key": stack.key }, { authorization: `Bearer ${stack.key}` }]) {
      expect((await fetch(`${stack.worker.url}${SHEET}`, { headers: headers as Record<string, string> })).status).toBe(
        200,
      );
    }
  });

  it("is refused when it has expired", async () => {
    const key = await stack.worker.addClient({ expiresAt: Date.now() - 1 });
    const response = await stack.call(SHEET, { headers: { "x-api-key": key } });
    expect(response.status).toBe(401);
    expect((await readProblem(response)).developer_detail).toContain("expired");
  });

  it("is refused when its secret is another key's", async () => {
    const key = await stack.worker.addClient();
    await stack.worker.removeClient(key);
    expect((await stack.call(SHEET, { headers: { "x-api-key": key } })).status).toBe(401);
  });

  it("reaches the operations of its scopes, and no others", async () => {
    const key = await stack.worker.addClient({ scopes: ["read"] });
    const generate = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";
    expect((await stack.call(SHEET, { headers: { "x-api-key": key } })).status).toBe(200);
    const response = await stack.call(generate, json("POST", {}, { "x-api-key": key }));
    expect(response.status).toBe(403);
    expect(await readProblem(response)).toMatchObject({
      error_code: "scope_required",
      required_scope: "generate",
      charged: "no",
    });
    expect(stack.gen.control.ledger().totals.charges).toBe(0);
  });
});

describe("a client confined to some agents", () => {
  it("does not become the owner of what an answer repeats of its own request", async () => {
    // This test has a stack of its own, since the Worker goes on polling its generation.
    const own = await startStack();
    const victim = await own.call("/v1/vidsheet/101/cells/10111/generate?agent_id=42", json("POST", VIDEO));
    const { generation_id } = (await victim.json()) as { generation_id: number };
    const key = await own.worker.addClient({ agents: ["agent_456"] });
    const headers = { "x-api-key": key, "idempotency-key": "echo" };
    const layer = { type: "text", position: 1, generation_id, user_job_id: generation_id };
    const path = "/v1/vidsheet/sheet_123/cells/cell_11/layers?agent_id=agent_456";
    const made = await own.call(path, json("POST", layer, headers));
    expect([made.status, made.headers.get("link")]).toEqual([201, null]);

    for (const each of [`/v1/generations/${generation_id}`, `/v1/generations/${generation_id}/events`]) {
      expect((await own.call(each, { headers: { "x-api-key": key } })).status).toBe(404);
    }
    await own.close();
  });

  const call = async (path: string, init: RequestInit = {}) => {
    const key = await stack.worker.addClient({ agents: ["42"] });
    const headers = new Headers(init.headers);
    headers.set("x-api-key", key);
    return stack.call(path, { ...init, headers });
  };

  it("reaches its agent, wherever the agent is named", async () => {
    expect((await call(SHEET)).status).toBe(200);
    expect((await call("/v1/agents/42")).status).toBe(200);
    expect((await call("/v1/vidsheet", json("POST", { agent_id: 42, spreadsheet: { title: "x" } }))).status).toBe(201);
  });

  it.each([
    ["another in the query", "/v1/vidsheet/102?agent_id=43", {}, 403],
    ["another in the path", "/v1/agents/43", {}, 403],
    ["another in the body", "/v1/vidsheet", json("POST", { agent_id: 43 }), 403],
    ["none", "/v1/vidsheet/101", {}, 400],
    ["two in the query", "/v1/vidsheet/101?agent_id=42&agent_id=43", {}, 400],
    ["one twice", "/v1/vidsheet/101?agent_id=42&agent_id=42", {}, 400],
    ["brackets", "/v1/vidsheet/101?agent_id[]=42", {}, 400],
    ["encoded brackets", "/v1/vidsheet/101?agent_id=42&%5Bagent_id%5D=43", {}, 400],
    ["query and body", "/v1/vidsheet?agent_id=42", json("POST", { agent_id: 43 }), 400],
    ["path and query", "/v1/agents/42?agent_id=43", {}, 400],
    ["a list in the body", "/v1/vidsheet", json("POST", { agent_id: [42] }), 400],
    ["nested in the body", "/v1/vidsheet", json("POST", { agent_id: 42, spreadsheet: { agent_id: 43 } }), 400],
    [
      "twice in one JSON object",
      "/v1/vidsheet",
      { method: "POST", headers: { "content-type": "application/json" }, body: '{"agent_id":43,"agent\\u005fid":42}' },
      400,
    ],
    [
      "in a form with brackets",
      "/v1/user_jobs?agent_id=42",
      {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "user_job%5Bagent_id%5D=43",
      },
      400,
    ],
    [
      "another as the target of a copy",
      "/v1/vidsheet/101/clone?agent_id=42",
      json("POST", { target_agent_id: 43 }),
      403,
    ],
  ] satisfies [string, string, RequestInit, number][])(
    "is refused when its request names an agent like this: %s",
    async (_, path, init, status) => {
      expect((await call(path, init)).status).toBe(status);
      expect(sent()).toBe(0);
    },
  );

  it.each(["/v1/generations/9000", "/v1/agent/runs/1", "/v1/organizations/7", "/v1/user_voice_resources/1"])(
    "finds nothing at a path that names an id and no agent: %s",
    async (path) => {
      expect((await call(path)).status).toBe(404);
      expect(sent()).toBe(0);
    },
  );

  it.each(["/v1/me", "/v1/agents", "/v1/organizations", "/v1/credit_balance"])(
    "is refused what covers all agents, not told that it does not exist: %s",
    async (path) => {
      const refused = await call(path);
      expect([refused.status, (await readProblem(refused)).error_code]).toEqual([403, "agent_not_allowed"]);
      expect(sent()).toBe(0);
    },
  );

  it("reads what belongs to no agent", async () => {
    expect((await call("/v1/templates/projects")).status).toBe(200);
  });
});

describe("a doubled agent", () => {
  it.each(["?agent_id=42&agent_id=42", "?agent_id[]=42", "?agent_id=42;agent_id=43"])(
    "is refused for every client, because it is ambiguous: %s",
    async (query) => {
      expect((await stack.call(`/v1/vidsheet/101${query}`)).status).toBe(400);
      expect(sent()).toBe(0);
    },
  );
});

describe("a page in a browser", () => {
  const asPage = async (origin: string, path = SHEET, init: RequestInit = {}) => {
    const key = await stack.worker.addClient({ origins: [APP] });
    return stack.call(path, { ...init, headers: { "x-api-key": key, origin, ...init.headers } });
  };

  it("gets a preflight answered for any origin, without credentials and without a key", async () => {
    const response = await fetch(`${stack.worker.url}${SHEET}`, {
      method: "OPTIONS",
      headers: {
        origin: "https://anywhere.test",
        "access-control-request-method": "PATCH",
        "access-control-request-headers": "x-api-key, idempotency-key",
      },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-origin")).toBe("https://anywhere.test");
    expect(response.headers.get("access-control-allow-headers")).toBe("x-api-key, idempotency-key");
    expect(response.headers.get("access-control-allow-methods")).toContain("PATCH");
    expect(response.headers.has("access-control-allow-credentials")).toBe(false);
    expect(sent()).toBe(0);
  });

  it("is served from the client's origin, and can read the headers it needs", async () => {
    const response = await asPage(APP);
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe(APP);
    for (const name of ["Retry-After", "X-Request-Id", "Idempotency-Key", "X-Should-Retry", "X-GenEdge-Attempts"]) {
      expect(response.headers.get("access-control-expose-headers")).toContain(name);
    }
  });

  it.each([
    "https://my_app.example.com",
    "capacitor://localhost",
    "tauri://localhost",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "moz-extension://2f0a5b9e-3c1d-4f6a-8f55-0d2f6a1b7c3e",
    "http://[::1]:5173",
  ])("is served, as an app is, and can read its answer, from an origin that a policy can name: %s", async (origin) => {
    const parsed = parsePolicy({ name: "web", scopes: "read", agents: "42", origins: origin, expires: undefined }, 0);
    expect(parsed).toMatchObject({ ok: true, policy: { origins: [origin] } });
    const key = await stack.worker.addClient(parsed.ok ? parsed.policy : {});
    const response = await stack.call(SHEET, { headers: { "x-api-key": key, origin } });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, origin]);
  });

  it.each(["https://evil.test", "http://app.example.com", "https://app.example.com:8443", "null"])(
    "is refused before anything is done when its origin is another: %s",
    async (origin) => {
      const response = await asPage(origin);
      expect(response.status).toBe(403);
      expect(await readProblem(response)).toMatchObject({ error_code: "origin_not_allowed" });
      expect(sent()).toBe(0);
    },
  );

  it("is never served an administrative operation, whatever its key may do", async () => {
    const response = await asPage(APP, "/v1/persisted_tokens");
    expect(response.status).toBe(403);
    expect(sent()).toBe(0);
  });

  it.each([
    ["a problem of GEN's", SHEET, { status: 404, body: { error: "x", error_code: "not_found" } }],
    ["an outage", SHEET, { status: 503, headers: { "retry-after": "100" }, body: "" }],
    ["an unknown route", "/nowhere", "pass" as const],
  ])("can read %s", async (_, path, outcome) => {
    stack.script(outcome);
    const response = await asPage(APP, path);
    expect(response.headers.get("access-control-allow-origin")).toBe(APP);
    expect(response.headers.get("access-control-expose-headers")).toContain("Retry-After");
    expect(response.headers.get("vary")).toContain("Origin");
  });
});

describe("every answer", () => {
  it.each([
    ["of GEN", SHEET, {}],
    ["a refusal", "/v1/nothing", {}],
    ["a preflight", SHEET, { method: "OPTIONS", headers: { origin: APP, "access-control-request-method": "GET" } }],
    ["health", "/health", {}],
  ])("carries the same headers: %s", async (_, path, init) => {
    const response = await stack.call(path, init);
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get("x-genedge-attempts")).toMatch(/^\d+$/);
    expect(response.headers.get("server-timing")).toMatch(/^gen;dur=\d+, wait;dur=\d+, total;dur=\d+$/);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("vary")).toContain("Origin, Accept-Language");
  });

  it("carries the caller's request id if it is well formed, else a new one", async () => {
    const given = await stack.call("/health", { headers: { "x-request-id": "order-42.a:b_c" } });
    const hostile = await stack.call("/health", { headers: { "x-request-id": "<script>" } });
    expect(given.headers.get("x-request-id")).toBe("order-42.a:b_c");
    expect(hostile.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});
