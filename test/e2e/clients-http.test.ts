import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePolicy } from "../../scripts/clients/parse-policy.ts";
import { parseClientKey } from "../../src/access/client-key.ts";
import type { Policy } from "../../src/access/policy.ts";
import { REASONS } from "../../src/problems/reasons.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

const SHEET = "/v1/vidsheet/101?agent_id=42";

let stack: Stack;
let operator: string;
beforeAll(async () => {
  stack = await startStack();
  operator = await stack.worker.addClient({ name: "ops", scopes: ["operator"], origins: [stack.worker.url] });
});
afterAll(() => stack.close());

interface Shown {
  readonly id: string;
  readonly key: string;
  readonly [member: string]: unknown;
}

const as = (key: string, headers: Readonly<Record<string, string>> = {}) => ({ "x-api-key": key, ...headers });
const ask = (path: string, init: RequestInit = {}, headers: Readonly<Record<string, string>> = {}) =>
  stack.call(path, { ...init, headers: { ...(init.headers as Record<string, string>), ...as(operator, headers) } });
const make = (body: unknown, word: string = randomUUID(), headers: Readonly<Record<string, string>> = {}) =>
  ask("/v1/clients", json("POST", body), { "idempotency-key": word, ...headers });
const read = async (response: Response) => (await response.json()) as Shown;
const reach = async (key: string) => (await stack.call(SHEET, { headers: as(key) })).status;

const web = (more: object = {}) => ({ name: `web-${randomUUID()}`, scopes: ["read"], agents: ["42"], ...more });

async function readErrors(response: Response): Promise<string[]> {
  expect(response.status).toBe(422);
  const { error_code, errors } = await readProblem(response);
  expect(error_code).toBe("input_invalid");
  return (errors as { message: string }[]).map(({ message }) => message);
}

describe("a client's life over HTTP", () => {
  it("begins with a key that works, is in the answer once, and is stored as a hash alone", async () => {
    const money = { chargesPerDay: 5, creditsPerMonth: 500, prices: { render: 50 }, tag: "web", tagRequired: true };
    const body = web({ agents: [42], ...money, expiresAt: "2999-01-01", origins: ["https://a.test"] });
    const response = await make(body);
    const { key, ...client } = await read(response);
    expect(response.status).toBe(201);
    expect(response.headers.get("location")).toBe(`/v1/clients/${client.id}`);
    expect(client).toEqual({
      id: parseClientKey(key)?.id,
      kind: "client",
      name: body.name,
      scopes: ["read"],
      agents: ["42"],
      origins: ["https://a.test"],
      ...money,
      expiresAt: "2999-01-01T00:00:00.000Z",
      createdAt: expect.any(String),
    });
    expect(await reach(key)).toBe(200);
    expect(await read(await ask(`/v1/clients/${client.id}`))).toEqual(client);
    const { entries } = (await (await ask("/v1/audit?limit=1")).json()) as { entries: unknown[] };
    expect(entries).toMatchObject([
      { what: "client.create", target: body.name, client_id: parseClientKey(operator)?.id },
    ]);
    expect(stack.worker.output()).not.toContain(parseClientKey(key)?.secret);
  });

  it("is listed by pages, policies too, and never with a key", async () => {
    await ask("/v1/clients/policy:listed", json("PUT", { scopes: ["read"], agents: "*" }));
    const seen: Shown[] = [];
    for (let path: string | undefined = "/v1/clients?limit=1"; path !== undefined; ) {
      const page = (await (await ask(path)).json()) as { clients: Shown[]; next?: string };
      expect(page.clients.length).toBeLessThanOrEqual(1);
      seen.push(...page.clients);
      path = page.next;
    }
    expect(seen.map(({ name }) => name)).toEqual(expect.arrayContaining(["listed", expect.stringMatching(/^web-/)]));
    expect(JSON.stringify(seen)).not.toMatch(/secret|ge_/i);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
  });

  it("is paused and resumed: its charged calls alone are refused", async () => {
    const { id } = await read(await make(web({ scopes: ["read", "generate"] })));
    expect(await read(await ask(`/v1/clients/${id}/pause`, { method: "POST" }))).toMatchObject({ id, paused: true });
    expect(await read(await ask(`/v1/clients/${id}/pause`, { method: "POST" }))).toMatchObject({ paused: true });
    expect(await read(await ask(`/v1/clients/${id}/resume`, { method: "POST" }))).not.toHaveProperty("paused");
    expect(await read(await ask(`/v1/clients/${id}`))).not.toHaveProperty("paused");
  });

  it("gets a new key under the same id; the one before works on for as long as it is told", async () => {
    const { id, key } = await read(await make(web()));
    const rotate = (word: string, body?: unknown) =>
      ask(`/v1/clients/${id}/rotate`, json("POST", body), { "idempotency-key": word });
    const rotated = await read(await rotate("r1", { keep: "2h" }));
    expect(parseClientKey(rotated.key)?.id).toBe(id);
    expect([await reach(rotated.key), await reach(key)]).toEqual([200, 200]);
    expect(Date.parse(String(rotated.formerUntil)) - Date.now()).toBeGreaterThan(3_600_000);
    const repeated = await rotate("r1", { keep: "2h" });
    expect(repeated.headers.get("idempotent-replayed")).toBe("true");
    expect((await read(repeated)).key).toBe(rotated.key);
    expect(await reach(key)).toBe(200);
    expect((await rotate("r1", { keep: "3h" })).status).toBe(409);
    for (const wrong of [{ keep: "forever" }, { keep: { toString: 1 } }, { keeps: "1h" }, [], 5, "24h"]) {
      expect(await readErrors(await rotate("r2", wrong))).toEqual([
        "keep is not valid. Allowed: a time like 24h, 30m or 7d, at most 30d, or 0.",
      ]);
    }
    expect(await read(await rotate("r3", { keep: "0" }))).toMatchObject({ formerUntil: null });
  });

  it("ends when it is revoked; a repeat is answered alike, and what never was is not found", async () => {
    const { id, key } = await read(await make(web()));
    const revoke = () => ask(`/v1/clients/${id}`, { method: "DELETE" });
    expect([(await revoke()).status, (await revoke()).status]).toEqual([204, 204]);
    expect((await ask(`/v1/clients/${id}`)).status).toBe(404);
    expect(await reach(key)).toBe(401);
    for (const path of ["/v1/clients/0123456789", "/v1/clients/none", "/v1/clients/policy:none"]) {
      expect((await ask(path, { method: "DELETE" })).status).toBe(404);
    }
    for (const verb of ["pause", "resume"]) {
      expect((await ask(`/v1/clients/${id}/${verb}`, { method: "POST" })).status).toBe(404);
    }
  });
});

describe("a repeated request for a client", () => {
  it("gets the same key; another request under its Idempotency-Key is refused", async () => {
    const body = web();
    const first = await read(await make(body, "same"));
    const again = await make(body, "same");
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await read(again)).toEqual(first);
    const other = await make(web(), "same");
    expect(other.status).toBe(409);
    expect((await readProblem(other)).error_code).toBe("idempotency_key_reused");
  });

  it("makes one client, however many come at once", async () => {
    const body = web();
    const made = await Promise.all(Array.from({ length: 8 }, async () => read(await make(body, "at once"))));
    expect(new Set(made.map(({ key }) => key)).size).toBe(1);
    expect(await reach(made[0]?.key ?? "")).toBe(200);
  });

  it("is another operator's own: the same Idempotency-Key gives it no key of this one", async () => {
    const body = web();
    await make(body, "mine");
    const other = await stack.worker.addClient({ scopes: ["operator"] });
    const response = await stack.call("/v1/clients", json("POST", body, as(other, { "idempotency-key": "mine" })));
    expect(await readErrors(response)).toEqual([expect.stringContaining(`a client named "${body.name}" already (id `)]);
  });

  it("needs an Idempotency-Key, or a lost answer would leave a key that nobody knows", async () => {
    const response = await ask("/v1/clients", json("POST", web()));
    expect(response.status).toBe(400);
    expect((await readProblem(response)).developer_detail).toContain("Idempotency-Key");
    expect((await make(web(), " ")).status).toBe(400);
  });

  it("under another Idempotency-Key finds the name taken, at once", async () => {
    const body = web();
    const statuses = await Promise.all([1, 2, 3].map(async () => (await make(body)).status));
    expect(statuses.sort()).toEqual([201, 422, 422]);
  });
});

describe("what `npm run clients` refuses", () => {
  it.each([
    ["no scopes", { scopes: [] }, { scopes: undefined }],
    ["a misspelt scope", { scopes: ["reed"] }, { scopes: "reed" }],
    ["all agents and one", { agents: ["*", "42"] }, { agents: "*,42" }],
    ["an origin with a slash", { origins: ["https://a.test/"] }, { origins: "https://a.test/" }],
    [
      "administration from a browser",
      { scopes: ["admin"], origins: ["https://a.test"] },
      { scopes: "admin", origins: "https://a.test" },
    ],
    ["a day that has passed", { expiresAt: "2020-01-01" }, { expires: "2020-01-01" }],
    ["an operation of another scope", { operations: ["cells.generate"] }, { operations: "cells.generate" }],
    ["a misspelt type", { generationTypes: ["txt"] }, { generationTypes: "txt" }],
    ["a number below nothing", { chargesPerDay: -1 }, { chargesPerDay: "-1" }],
    ["runs of an account", { scopes: ["pipelines"], account: "acme" }, { scopes: "pipelines", account: "acme" }],
    ["a name in capitals", { name: "Web" }, { name: "Web" }],
    ["a misspelt price", { prices: { redner: 5 } }, { prices: "redner=5" }],
    ["a price that is no number", { prices: { render: "x" } }, { prices: "render=x" }],
    ["a part of a call", { chargesPerMonth: 1.5 }, { chargesPerMonth: "1.5" }],
    ["a tag with a blank", { tag: "a b" }, { tag: "a b" }],
  ])("is refused here with the same words: %s", async (_, body, flags) => {
    const raw = { name: "same-words", scopes: "read", agents: "42", origins: undefined, expires: undefined, ...flags };
    const parsed = parsePolicy(raw, Date.now());
    const words = parsed.ok ? [] : parsed.mistakes;
    const said = await readErrors(await make({ name: "same-words", scopes: ["read"], agents: ["42"], ...body }));
    expect(words.length).toBeGreaterThan(0);
    expect(said).toEqual(words.map((mistake) => mistake.replaceAll(/--[a-z-]+/g, toMember)));
  });

  const toMember = (flag: string) =>
    flag === "--expires"
      ? "expiresAt"
      : flag === "--price"
        ? "prices"
        : flag.slice(2).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());

  it.each([
    ["a misspelt member", { scope: ["read"] }, 'There is no member "scope". Did you mean scopes?'],
    ["a stored member", { secretHash: "0" }, 'There is no member "secretHash".'],
    ["a text for a list", { scopes: "read" }, "scopes must be a list of texts."],
    ["a list for a text", { tier: ["low"] }, "tier must be a text or a number."],
    ["an object in a list", { agents: [{}] }, "agents must be a list of texts."],
    [
      "a list for prices",
      { prices: ["render=5"] },
      'prices must be an object of names and credits, like {"render": 50}.',
    ],
    ["a text for a switch", { tagRequired: "true" }, "tagRequired must be true or false."],
  ])("nothing is taken for something else: %s", async (_, body, words) => {
    expect((await readErrors(await make({ ...web(), ...body }))).join(" ")).toContain(words);
  });

  it.each([
    ["no JSON", "{", 400],
    ["a list", "[]", 422],
    ["nothing", "", 422],
    ["a text", '"web"', 422],
    ["a body of 65 KiB", JSON.stringify({ name: "x".repeat(65 * 1_024) }), 413],
  ])("a body that is no policy is refused: %s", async (_, body, status) => {
    const response = await ask("/v1/clients", { method: "POST", body }, { "idempotency-key": randomUUID() });
    expect(response.status).toBe(status);
  });

  it("an id keeps all of its digits", async () => {
    const body = `{"name": "digits", "scopes": ["read"], "agents": [12345678901234567890]}`;
    const response = await ask("/v1/clients", { method: "POST", body }, { "idempotency-key": randomUUID() });
    expect(await read(response)).toMatchObject({ agents: ["12345678901234567890"] });
  });

  it.each(["limit=0", "limit=101", "limit=x", "cursor=", "cursor=%20"])(
    "a list can't be asked for with %s",
    async (query) => {
      expect((await ask(`/v1/clients?${query}`)).status).toBe(400);
    },
  );
});

describe("a policy for users' tokens", () => {
  const put = (name: string, body: unknown) => ask(`/v1/clients/policy:${name}`, json("PUT", body));
  const BODY = { scopes: ["read"], agents: ["42"] };

  it("is made and replaced under its name, stays paused, and ends as a client does", async () => {
    expect((await put("users", BODY)).status).toBe(200);
    await ask("/v1/clients/policy:users/pause", { method: "POST" });
    const replaced = await read(await put("users", { ...BODY, tier: "low" }));
    expect(replaced).toMatchObject({ id: "policy:users", kind: "policy", name: "users", tier: "low", paused: true });
    const rotate = await ask("/v1/clients/policy:users/rotate", json("POST", {}), { "idempotency-key": "p" });
    expect(await readErrors(rotate)).toEqual(["A policy has no key: users' tokens name it."]);
    expect((await ask("/v1/clients/policy:users", { method: "DELETE" })).status).toBe(204);
    expect((await ask("/v1/clients/policy:users")).status).toBe(404);
  });

  it("never administrates, has no client's name, and is never a client", async () => {
    expect((await readErrors(await put("users", { ...BODY, scopes: ["admin"] })))[0]).toContain("every user could");
    expect(await readErrors(await put("users", { ...BODY, name: "other" }))).toHaveLength(1);
    const { id, name } = await read(await make(web()));
    expect((await readErrors(await put(String(name), BODY)))[0]).toContain("a client named");
    expect((await ask(`/v1/clients/${id}`, json("PUT", BODY))).status).toBe(404);
  });
});

describe("who may not", () => {
  const ROUTES: readonly (readonly [string, string])[] = [
    ["GET", "/v1/clients"],
    ["POST", "/v1/clients"],
    ["GET", "/v1/clients/0123456789"],
    ["PUT", "/v1/clients/policy:x"],
    ["DELETE", "/v1/clients/0123456789"],
    ["POST", "/v1/clients/0123456789/rotate"],
    ["POST", "/v1/clients/0123456789/pause"],
    ["POST", "/v1/clients/0123456789/resume"],
  ];

  it.each(ROUTES)("a client without the scope operator: %s %s", async (method, path) => {
    const scopes = ["read", "edit", "generate", "publish", "ideas", "admin", "pipelines"] as const;
    const key = await stack.worker.addClient({ scopes: [...scopes] });
    const response = await stack.call(path, { method, headers: as(key) });
    expect(response.status).toBe(403);
    expect(await readProblem(response)).toMatchObject({ error_code: "scope_required", required_scope: "operator" });
  });

  it.each(ROUTES)("a page of another origin, though the key allows it: %s %s", async (method, path) => {
    const key = await stack.worker.addClient({ scopes: ["operator"], origins: ["https://app.example.com"] });
    const response = await stack.call(path, { method, headers: as(key, { origin: "https://app.example.com" }) });
    expect(response.status).toBe(403);
    expect((await readProblem(response)).error_code).toBe("origin_not_allowed");
  });

  it("but a page of the Worker's own may, with a key for it", async () => {
    const response = await make(web(), randomUUID(), { origin: stack.worker.url });
    expect(response.status).toBe(201);
  });

  it("a confined operator hands on no more than it was given, and rotates no key that reaches further", async () => {
    const bounds: Partial<Policy> = { agents: ["42"], expiresAt: Date.now() + 3_600_000, maxCredits: 5, tier: "low" };
    const key = await stack.worker.addClient({ scopes: ["operator"], ...bounds });
    const makeAs = (body: object) =>
      stack.call("/v1/clients", json("POST", web(body), as(key, { "idempotency-key": randomUUID() })));
    const within = { expiresAt: new Date(Date.now() + 60_000).toISOString(), maxCredits: 5, tier: "low" };
    expect((await makeAs(within)).status).toBe(201);
    for (const more of [
      { agents: "*" },
      { agents: ["43"] },
      { expiresAt: null },
      { maxCredits: 6 },
      { maxCredits: null },
      { tier: "standard" },
      { tier: null },
    ]) {
      expect((await readErrors(await makeAs({ ...within, ...more })))[0]).toContain("would reach further");
    }
    const { id } = await read(await make(web()));
    const rotate = await stack.call(`/v1/clients/${id}/rotate`, {
      method: "POST",
      headers: as(key, { "idempotency-key": "r" }),
    });
    expect((await readErrors(rotate))[0]).toContain("would reach further");
  });

  it("a confined operator hands on its tag and its prices, or dearer ones: a budget of them can't be left", async () => {
    const within: Partial<Policy> = { tag: "web", maxCredits: 100, prices: { render: 50 } };
    const key = await stack.worker.addClient({ scopes: ["operator"], ...within });
    const demanding = await stack.worker.addClient({ scopes: ["operator"], tagRequired: true });
    const makeAs = (maker: string, body: object) =>
      stack.call("/v1/clients", json("POST", web(body), as(maker, { "idempotency-key": randomUUID() })));
    expect((await makeAs(key, within)).status).toBe(201);
    expect((await makeAs(key, { ...within, prices: { render: 51 } })).status).toBe(201);
    for (const more of [
      { tag: "other" },
      { tag: null },
      { prices: null },
      { prices: { render: 49 } },
      { prices: { render: 50, "sheets.act": 1 } },
    ]) {
      expect((await readErrors(await makeAs(key, { ...within, ...more })))[0]).toContain("would reach further");
    }
    expect((await readErrors(await makeAs(demanding, {})))[0]).toContain("would reach further");
    expect((await makeAs(demanding, { tagRequired: true })).status).toBe(201);
    expect((await makeAs(demanding, { tag: "any" })).status).toBe(201);
  });

  it.each([{ chargesPerDay: 10 }, { creditsPerDay: 10 }, { chargesPerMonth: 10 }, { creditsPerMonth: 10 }])(
    "an operator with a limit a day or a month neither makes nor rotates: it would have that limit as often as it likes: %o",
    async (quota) => {
      const key = await stack.worker.addClient({ scopes: ["operator"], ...quota });
      const { id } = await read(await make(web(quota)));
      for (const [method, path, body] of [
        ["POST", "/v1/clients", web(quota)],
        ["POST", `/v1/clients/${id}/rotate`, {}],
        ["PUT", "/v1/clients/policy:each", { scopes: ["read"], agents: ["42"], ...quota }],
      ] as const) {
        const response = await stack.call(path, json(method, body, as(key, { "idempotency-key": randomUUID() })));
        expect(response.status).toBe(403);
        const { error_code, developer_detail } = await readProblem(response);
        expect([error_code, developer_detail]).toEqual(["operation_not_allowed", REASONS.grant_under_quota]);
      }
      expect((await ask("/v1/clients/policy:each")).status).toBe(404);
      const pause = await stack.call(`/v1/clients/${id}/pause`, { method: "POST", headers: as(key) });
      expect(pause.status).toBe(200);
    },
  );

  it("an operator without a tier of its own gives any tier", async () => {
    expect(await read(await make(web({ tier: "high" })))).toMatchObject({ tier: "high" });
  });
});
