import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { REASONS } from "../../src/problems/reasons.ts";
import { cell, durableCalls, TEXT } from "../support/durable-calls.ts";
import { type IdentityProvider, startIdentityProvider } from "../support/identity-provider.ts";
import { createIssuer, joinParts } from "../support/issuer.ts";
import { IDEA } from "../support/pipelines.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";
const APP = "https://app.example.com";
const { url: GENERATE } = cell(10111);

let idp: IdentityProvider;
let stack: Stack;
beforeAll(async () => {
  idp = await startIdentityProvider();
  stack = await startStack({ ...idp.vars, TICKET_SECRET: "a secret of the tests" });
  await stack.worker.putPolicy("web-users", { origins: [APP] });
  await stack.worker.putPolicy("staff", { scopes: ["read", "admin", "operator"], origins: [APP] });
  await stack.worker.putPolicy("former", { expiresAt: Date.now() - 1 });
  await stack.worker.putRecord("policy:broken", { name: "broken", scopes: ["read"] });
});
afterAll(async () => {
  await stack.close();
  idp.close();
});
afterEach(() => stack.gen.control.reset());

const ask = (token: string, path = SHEET, init: RequestInit = {}) =>
  fetch(`${stack.worker.url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
const sent = () => stack.gen.control.ledger().totals.requests;
const seconds = () => Math.floor(Date.now() / 1_000);

describe("a user's token", () => {
  it.each([
    ["Authorization", (token: string) => ({ authorization: `Bearer ${token}` })],
    ["X-API-Key", (token: string) => ({ "x-api-key": token })],
    ["Cf-Access-Jwt-Assertion", (token: string) => ({ "cf-access-jwt-assertion": token })],
  ])("lets in from %s", async (_, toHeaders) => {
    const headers = toHeaders(await idp.sign()) as Record<string, string>;
    expect((await fetch(`${stack.worker.url}${SHEET}`, { headers })).status).toBe(200);
  });

  it("lets in without naming a key while two are published", async () => {
    const two = await startIdentityProvider();
    const old = await two.sign({}, { header: { kid: undefined } });
    await two.rotate("key-2");
    const other = await startStack(two.vars);
    await other.worker.putPolicy("web-users", {});
    for (const token of [old, await two.sign({}, { header: { kid: undefined } })]) {
      const response = await fetch(`${other.worker.url}${SHEET}`, { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(200);
    }
    await other.close();
    two.close();
  });

  it("opens what the policy opens that it names, and nothing else", async () => {
    const token = await idp.sign();
    const response = await ask(token, "/v1/agent/ideas?agent_id=42");
    expect(await readProblem(response)).toMatchObject({ status: 403, error_code: "scope_required" });
    expect((await ask(token, "/pipelines")).status).toBe(403);
    expect((await ask(token, "/v1/calls?state=unknown")).status).toBe(403);
  });

  it("serves a page of the policy's origins, and no other", async () => {
    const token = await idp.sign();
    const served = await ask(token, SHEET, { headers: { origin: APP } });
    expect([served.status, served.headers.get("access-control-allow-origin")]).toEqual([200, APP]);
    expect((await ask(token, SHEET, { headers: { origin: "https://evil.example" } })).status).toBe(403);
  });

  it("opens no administration to a browser, whatever its policy", async () => {
    const token = await idp.sign({ gen_policy: "staff" });
    const response = await ask(token, "/v1/persisted_tokens", { headers: { origin: APP } });
    expect(await readProblem(response)).toMatchObject({ error_code: "origin_not_allowed" });
    expect(sent()).toBe(0);
  });
});

describe("an operator by a token", () => {
  it("makes and rotates no clients and policies, which would outlast the token", async () => {
    const token = await idp.sign({ gen_policy: "staff" });
    const id = (await stack.worker.addClient({ name: "rotated" })).split("_")[1];
    for (const [method, path, body] of [
      ["POST", "/v1/clients", { name: "kept", scopes: ["admin"], agents: "*" }],
      ["POST", `/v1/clients/${id}/rotate`, {}],
      ["PUT", "/v1/clients/policy:staff", { scopes: ["operator", "pipelines"], agents: "*" }],
    ] as const) {
      const response = await ask(token, path, json(method, body, { "idempotency-key": path }));
      expect(response.status).toBe(403);
      const { error_code, developer_detail } = await readProblem(response);
      expect([error_code, developer_detail]).toEqual(["operation_not_allowed", REASONS.grant_by_user]);
    }
    expect((await ask(token, `/v1/clients/${id}/pause`, { method: "POST" })).status).toBe(200);
    const { clients } = (await (await ask(token, "/v1/clients?limit=100")).json()) as { clients: { name: string }[] };
    expect(clients.map(({ name }) => name)).not.toContain("kept");
  });
});

describe("a bad token", () => {
  it.each([
    ["another audience", () => idp.sign({ aud: "another" })],
    ["another issuer", () => idp.sign({ iss: "https://evil.example/" })],
    ["an end 31 s ago", () => idp.sign({ exp: seconds() - 31 })],
    ["a beginning in a minute", () => idp.sign({ nbf: seconds() + 60 })],
    ["no end", () => idp.sign({ exp: undefined })],
    ["nobody's name", () => idp.sign({ sub: undefined })],
    ["no policy", () => idp.sign({ gen_policy: undefined })],
    ["a policy that is not there", () => idp.sign({ gen_policy: "nobody" })],
    ["a policy that has expired", () => idp.sign({ gen_policy: "former" })],
    ["a policy called __proto__", () => idp.sign({ gen_policy: "__proto__" })],
    ["the id of a client as its policy", () => idp.sign({ gen_policy: stack.key.split("_")[1] })],
    ["a policy longer than a key of the store", () => idp.sign({ gen_policy: "a".repeat(600) })],
    ["another issuer's key of the same id", async () => (await createIssuer(idp.name, Date.now)).sign()],
    ["an unknown key id", () => idp.sign({}, { kid: "key-9" })],
    ["an HMAC made of the public key", () => idp.forgeHmac()],
    ["no signature", async () => `${joinParts({ alg: "none" }, { sub: "anna" })}.`],
    ["nothing behind the dot but a letter", async () => `${joinParts({ alg: "none" }, { sub: "anna" })}.x`],
    ["9,000 characters", async () => `${"a".repeat(9_000)}.b.c`],
  ])("is refused, without asking GEN or telling anything, when it has %s", async (_, make) => {
    const token = await make();
    const response = await ask(token);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Bearer realm="gen-edge", error="invalid_token"');
    expect(await response.text()).not.toMatch(/web-users|id\.example|key-1/);
    expect(sent()).toBe(0);
  });

  it("is refused beside another one: two are none", async () => {
    const headers = new Headers({ authorization: `Bearer ${await idp.sign()}` });
    headers.append("authorization", `Bearer ${await idp.sign()}`);
    const response = await fetch(`${stack.worker.url}${SHEET}`, { headers });
    expect((await readProblem(response)).developer_detail).toContain("There is no key");
  });

  it("lets nobody in when its policy can't be read", async () => {
    const response = await ask(await idp.sign({ gen_policy: "broken" }));
    expect(await readProblem(response)).toMatchObject({ status: 500, error_code: "internal" });
    expect(sent()).toBe(0);
  });

  it("is logged with the claim that was wrong, without the token", async () => {
    const token = await idp.sign({ aud: "another" });
    await ask(token, SHEET, { headers: { "x-request-id": "wrong-audience" } });
    const line = await stack.worker.waitForLine(
      ({ message, request_id }) => message === "token_refused" && request_id === "wrong-audience",
    );
    expect(line).toMatchObject({ level: "info", why: "aud" });
    expect(stack.worker.output()).not.toContain(token.split(".")[1]);
  });
});

describe("a charged call of a user", () => {
  const generate = async (token: string, key: string | null) =>
    ask(token, GENERATE, json("POST", TEXT, key === null ? {} : { "idempotency-key": key }));

  it("needs an Idempotency-Key", async () => {
    const response = await generate(await idp.sign(), null);
    expect(await readProblem(response)).toMatchObject({ status: 400, error_code: "idempotency_key_required" });
    expect(sent()).toBe(0);
  });

  it("is charged once under its key, with every token of that user", async () => {
    const responses = [await generate(await idp.sign(), "k-1"), await generate(await idp.sign({ jti: "2" }), "k-1")];
    expect(responses.map(({ status }) => status)).toEqual([201, 201]);
    expect(responses[1]?.headers.get("idempotent-replayed")).toBe("true");
    expect(stack.gen.control.ledger().totals.charges).toBe(1);
  });

  it("is another one under the same key of another user, who never sees the first one's", async () => {
    const anna = await idp.sign({ sub: "anna" });
    const berta = await idp.sign({ sub: "berta" });
    const [first, second] = [await generate(anna, "k-2"), await generate(berta, "k-2")];
    const ids = await Promise.all([first, second].map(async (each) => ((await each.json()) as Started).generation_id));
    expect(new Set(ids).size).toBe(2);
    expect(stack.gen.control.ledger().totals.charges).toBe(2);
  });
});

interface Started {
  readonly generation_id: number;
}

describe("what a user has made, where all users share a policy for every agent,", () => {
  it("is nobody else's: neither the call nor the generation, its events, a ticket for it, or the power to stop it", async () => {
    const anna = await idp.sign({ sub: "anna" });
    const berta = await idp.sign({ sub: "berta" });
    const started = await ask(
      anna,
      GENERATE,
      json("POST", TEXT, { "idempotency-key": "k-3", prefer: "respond-async, wait=10" }),
    );
    const { generation_id: id } = (await started.json()) as Started;
    const calls = durableCalls(() => stack);
    const call = `/v1/calls/${await toCallId("anna", "k-3")}`;
    const paths = [`/v1/generations/${id}`, `/v1/generations/${id}/events`, call];
    const statuses = (token: string) =>
      Promise.all(
        paths.map(async (path) => {
          const response = await ask(token, path);
          await response.body?.cancel();
          return response.status;
        }),
      );
    const post = async (token: string, path: string) => (await ask(token, path, json("POST", {}))).status;

    expect(await statuses(berta)).toEqual([404, 404, 404]);
    expect(await post(berta, `/v1/generations/${id}/tickets`)).toBe(404);
    expect(await post(berta, `/v1/generations/${id}/stop`)).toBe(404);
    expect(await statuses(anna)).toEqual([200, 200, 200]);
    expect(await post(anna, `/v1/generations/${id}/tickets`)).toBe(201);
    expect(calls.totals().refunds).toBe(0);
  });
});

describe("a run that a user has started", () => {
  it("is nobody else's, neither in the list nor by its address", async () => {
    await stack.worker.putPolicy("producers", { scopes: ["pipelines"] });
    const [anna, berta] = [
      await idp.sign({ sub: "anna", gen_policy: "producers" }),
      await idp.sign({ sub: "berta", gen_policy: "producers" }),
    ];
    const started = await ask(anna, "/pipelines/idea-to-video/runs", json("POST", IDEA));
    expect(started.status).toBe(202);
    const location = started.headers.get("location") ?? "";
    const list = async (token: string) => (await (await ask(token, "/pipelines/idea-to-video/runs")).json()) as Runs;

    expect([(await list(anna)).runs.length, (await list(berta)).runs.length]).toEqual([1, 0]);
    expect([(await ask(anna, location)).status, (await ask(berta, location)).status]).toEqual([200, 404]);
    expect((await ask(berta, `${location}/stop`, { method: "POST" })).status).toBe(404);
    expect((await ask(berta, "/pipelines/idea-to-video/rejected")).status).toBe(403);
    await ask(anna, `${location}/stop`, { method: "POST" });
  });
});

interface Runs {
  readonly runs: readonly unknown[];
}

/** The client id that the Worker makes for a user. It can be computed from the code, but opens nothing. */
async function toCallId(subject: string, key: string): Promise<string> {
  const hash = async (text: string) =>
    Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString("hex");
  return hash(`user_${(await hash(JSON.stringify([idp.name, subject]))).slice(0, 32)}\n${key}`);
}

describe("the issuer's keys", () => {
  it("are fetched in the same moment for all who come first, and all are let in", async () => {
    const fresh = await startStack(idp.vars);
    await fresh.worker.putPolicy("web-users");
    const headers = { authorization: `Bearer ${await idp.sign()}` };
    const all = Array.from({ length: 20 }, () => fetch(`${fresh.worker.url}${SHEET}`, { headers }));
    expect(new Set((await Promise.all(all)).map(({ status }) => status))).toEqual(new Set([200]));
    await fresh.close();
  });

  it("are asked for once more for all the unknown ids of a minute", async () => {
    const fresh = await startStack(idp.vars);
    const before = idp.asked();
    const statuses = await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const headers = { authorization: `Bearer ${await idp.sign({}, { kid: `unknown-${n}` })}` };
        return (await fetch(`${fresh.worker.url}${SHEET}`, { headers })).status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([401]));
    const first = idp.asked();
    await fetch(`${fresh.worker.url}${SHEET}`, {
      headers: { authorization: `Bearer ${await idp.sign({}, { kid: "x" })}` },
    });
    expect(idp.asked()).toBe(first);
    expect(first).toBeGreaterThan(before);
    await fresh.close();
  });
});

describe("while the issuer's keys can't be had", () => {
  let evil: IdentityProvider;
  beforeAll(async () => {
    evil = await startIdentityProvider();
  });
  afterAll(() => {
    idp.answer(null);
    evil.close();
  });

  it.each([
    ["down", (_: unknown, response: { writeHead(status: number): { end(): void } }) => response.writeHead(503).end()],
    [
      "moved to another host",
      (_: unknown, response: { writeHead(status: number, headers: object): { end(): void } }) =>
        response.writeHead(302, { location: evil.vars.JWT_JWKS_URL ?? "" }).end(),
    ],
    ["huge", (_: unknown, response: { end(text: string): void }) => response.end(`{"keys":[${" ".repeat(300_000)}]}`)],
    ["no JSON", (_: unknown, response: { end(text: string): void }) => response.end("<html>")],
  ])(
    "tokens get 503 and are asked to come back, and client keys work on: the issuer's answer is “%s”",
    async (_, listener) => {
      const fresh = await startStack(idp.vars);
      await fresh.worker.putPolicy("web-users");
      idp.answer(listener as Parameters<IdentityProvider["answer"]>[0]);
      const response = await fetch(`${fresh.worker.url}${SHEET}`, {
        headers: { authorization: `Bearer ${await evil.sign()}` },
      });
      expect(await readProblem(response)).toMatchObject({ error_code: "sign_in_unavailable", retry_after: 5 });
      expect([response.status, response.headers.get("x-should-retry")]).toEqual([503, "true"]);
      expect((await fresh.call(SHEET)).status).toBe(200);
      expect(evil.asked()).toBe(0);
      expect(fresh.worker.lines.some(({ message }) => message === "sign_in_unavailable")).toBe(true);
      await fresh.close();
    },
  );

  it("the answer comes within the caller's budget when the issuer is slow", async () => {
    const fresh = await startStack(idp.vars);
    idp.answer(() => {});
    const startedAt = performance.now();
    const response = await fetch(`${fresh.worker.url}${SHEET}`, {
      headers: { authorization: `Bearer ${await idp.sign()}`, prefer: "wait=1" },
    });
    expect(response.status).toBe(503);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await fresh.close();
  });
});

describe("a Worker without a sign-in", () => {
  it("takes no token", async () => {
    const plain = await startStack();
    const token = await idp.sign();
    for (const headers of [{ authorization: `Bearer ${token}` }, { "cf-access-jwt-assertion": token }]) {
      const response = await fetch(`${plain.worker.url}${SHEET}`, { headers: headers as Record<string, string> });
      expect(response.status).toBe(401);
    }
    await plain.close();
  });
});
