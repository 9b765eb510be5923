import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { launchBrowser } from "../support/browser.ts";
import { hold } from "../support/conformance.ts";
import { CANARY_KEY, json, readProblem } from "../support/stack.ts";
import { type RunningWorker, startWorker, type WorkerOptions } from "../support/worker.ts";

const TOKEN = "a set-up secret+/=of+32+characters".replaceAll(" ", "-");
const BROWSER = { accept: "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8" };

let gen: Simulator;
let worker: RunningWorker;
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A Worker as it is after its first deployment: without clients. */
async function deploy(vars: Readonly<Record<string, string>> = {}, options: WorkerOptions = {}): Promise<void> {
  gen = await startSimulator({ apiKey: CANARY_KEY });
  ends.push(() => gen.close());
  const urls = {
    GEN_BASE_URL: gen.urls.api,
    GEN_AGENT_BASE_URL: gen.urls.agent,
    GEN_AGENT_CORE_BASE_URL: gen.urls.agentCore,
  };
  await start({ GEN_API_KEY: CANARY_KEY, SETUP_TOKEN: TOKEN, ...urls, ...vars }, options);
}

async function start(vars: Readonly<Record<string, string>>, options: WorkerOptions = {}): Promise<void> {
  worker = await startWorker(vars, options);
  ends.push(() => worker.close());
}

async function ask(method: string, headers: Readonly<Record<string, string>> = {}, body?: unknown): Promise<Response> {
  const init = body === undefined ? { method, headers } : json(method, body, headers);
  return hold(await fetch(`${worker.url}/setup`, init), { method, path: "/setup", isScripted: false });
}

const bearer = (token = TOKEN) => ({ authorization: `Bearer ${token}` });
const makeKeys = (body?: unknown, word: string = randomUUID()) =>
  ask("POST", { ...bearer(), "idempotency-key": word }, body);
const openHome = () => fetch(worker.url, { headers: BROWSER });

interface First {
  readonly id: string;
  readonly name: string;
  readonly key: string;
}
type Made = { readonly operator: First; readonly client: First };
const read = async (response: Response) => (await response.json()) as Made;
const asKey = async (path: string, key: string, init: RequestInit = {}) =>
  fetch(`${worker.url}${path}`, { ...init, headers: { ...(init.headers as object), "x-api-key": key } });

describe("the set-up page", () => {
  it("is at / of a Worker without clients, loads its own files alone, and allows nothing inline", async () => {
    await deploy();
    const response = await openHome();
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain("Set up gen-edge");
    expect(page).not.toMatch(/https?:\/\/(?!app\.example\.com)|<script>|<style|style=|\son\w+=/);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toContain("unsafe");
    expect(response.headers.get("cache-control")).toBe("no-store");
    for (const [, file = ""] of page.matchAll(/(?:src|href)="(\/setup\/[^"]+)"/g)) {
      const path = { method: "GET", path: file, isScripted: false };
      expect((await hold(await fetch(`${worker.url}${file}`), path)).status, file).toBe(200);
    }
    const forPrograms = await fetch(worker.url, { headers: { accept: "application/json" } });
    expect(await forPrograms.json()).toMatchObject({ name: "gen-edge", status: "ok" });
  });

  it("checks what must be there", async () => {
    await deploy();
    const { checks } = (await (await ask("GET", bearer())).json()) as {
      checks: { name: string; ok: boolean | null }[];
    };
    expect(Object.fromEntries(checks.map(({ name, ok }) => [name, ok]))).toEqual({
      configuration: true,
      key: true,
      gen: true,
      bindings: true,
      plan: null,
    });
    expect(worker.output()).not.toContain(TOKEN);
  });

  it("says that GEN refuses the key", async () => {
    await deploy({ GEN_API_KEY: "gen_pat_another_key" });
    const { checks } = (await (await ask("GET", bearer())).json()) as { checks: object[] };
    expect(checks).toContainEqual({ name: "key", ok: false, details: [] });
  });

  it("is there while GEN_API_KEY is missing, names it, and makes no keys", async () => {
    await start({ SETUP_TOKEN: TOKEN });
    expect(await (await openHome()).text()).toContain("Set up gen-edge");
    const { checks } = (await (await ask("GET", bearer())).json()) as { checks: object[] };
    expect(checks[0]).toMatchObject({ ok: false, details: ["GEN_API_KEY is missing."] });
    const refused = await makeKeys();
    expect(refused.status).toBe(503);
    expect((await readProblem(refused)).error_code).toBe("not_configured");
  });
});

describe("the first two keys", () => {
  it("work at once: one sees the Worker's health and makes clients, the other calls GEN", async () => {
    await deploy();
    const response = await makeKeys({ agents: ["42"], origins: ["https://app.example.com"] });
    expect(response.status).toBe(201);
    const { operator, client } = await read(response);
    expect([operator.name, client.name]).toEqual(["operator", "first"]);
    expect(await (await asKey("/health", operator.key)).json()).toHaveProperty("gen");
    expect((await asKey("/v1/vidsheet/101?agent_id=42", client.key)).status).toBe(200);
    expect((await asKey("/v1/vidsheet/101?agent_id=42", operator.key)).status).toBe(403);
    expect((await asKey("/v1/clients", client.key)).status).toBe(403);
    const body = JSON.stringify({ name: "web", scopes: ["read"], agents: "*" });
    const headers = { "idempotency-key": "1", origin: worker.url };
    expect((await asKey("/v1/clients", operator.key, { method: "POST", body, headers })).status).toBe(201);
    for (const { key } of [operator, client]) expect(worker.output()).not.toContain(key.split("_")[2]);
  });

  it("are made once: then the page is gone for good, also after every client was revoked", async () => {
    await deploy();
    const { operator, client } = await read(await makeKeys());
    expect(await (await openHome()).text()).not.toContain("Set up");
    for (const { id } of [client, operator]) await asKey(`/v1/clients/${id}`, operator.key, { method: "DELETE" });
    expect((await makeKeys()).status).toBe(404);
    expect((await ask("GET", bearer())).status).toBe(404);
    for (const headers of [{}, bearer("another-secret-of-20-characters")]) {
      expect((await ask("POST", headers as Record<string, string>)).status).toBe(404);
    }
    expect(await (await openHome()).text()).not.toContain("Set up");
  });

  it("are the same for a repeat of the same request, though the page is gone", async () => {
    await deploy();
    const made = await read(await makeKeys(undefined, "one page"));
    expect(await (await openHome()).text()).not.toContain("Set up");
    const again = await makeKeys(undefined, "one page");
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([201, "true"]);
    expect(await read(again)).toEqual(made);
  });

  it("are refused to another request under the same Idempotency-Key, and stay for the first one", async () => {
    await deploy();
    const first = await makeKeys({ name: "app" }, "one page");
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    for (const other of [{ name: "other" }, { name: "app", agents: ["42"] }]) {
      const response = await makeKeys(other, "one page");
      expect(response.status).toBe(409);
      expect((await readProblem(response)).error_code).toBe("idempotency_key_reused");
    }
    expect(await read(await makeKeys({ name: "app" }, "one page"))).toEqual(await read(first));
  });

  it("go to one of several who ask at once, and the others find nothing", async () => {
    await deploy();
    const answers = await Promise.all(Array.from({ length: 6 }, () => makeKeys()));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 404, 404, 404, 404, 404]);
    const [made] = answers.filter(({ status }) => status === 201);
    const { operator } = await read(made as Response);
    const { clients } = (await (await asKey("/v1/clients", operator.key)).json()) as { clients: object[] };
    expect(clients).toHaveLength(2);
  });

  it("are refused with what is wrong, and nothing is used up", async () => {
    await deploy();
    const wrong = await makeKeys({ agents: ["4 2"] });
    expect(wrong.status).toBe(422);
    expect((await readProblem(wrong)).errors).toEqual([expect.objectContaining({ path: "agents" })]);
    expect((await ask("POST", bearer())).status).toBe(400);
    expect((await makeKeys({ name: "operator" })).status).toBe(201);
  });

  it("are remembered by a machine that starts again on the same store", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gen-edge-setup-"));
    ends.push(() => rmSync(folder, { recursive: true, force: true }));
    await deploy({}, { persist: folder });
    const made = await read(await makeKeys(undefined, "before"));
    await worker.close();
    await start({ GEN_API_KEY: CANARY_KEY, SETUP_TOKEN: TOKEN }, { persist: folder });
    expect(await read(await makeKeys(undefined, "before"))).toEqual(made);
    expect((await makeKeys(undefined, "after")).status).toBe(404);
  });
});

it("the page says how to get the keys whose answer was lost, when something else was entered since", async () => {
  await deploy();
  const browser = await launchBrowser();
  ends.push(() => browser.close());
  const page = await browser.newPage();
  await page.goto(worker.url);
  await page.fill("#token", TOKEN);
  await page.click("#unlock button");
  await page.fill("#agents", "42");
  await page.route("**/setup", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.click("#make-form button");
  await page.getByText("The Worker could not be reached.").waitFor();
  await page.unroute("**/setup");
  await page.fill("#agents", "43");
  await page.click("#make-form button");
  await page.getByText("Enter what you had entered then").waitFor();
  await page.fill("#agents", "42");
  await page.click("#make-form button");
  await page.getByText("ge_").first().waitFor();
  const key = (await page.textContent("#client-key")) ?? "";
  expect((await asKey("/v1/vidsheet/101?agent_id=42", key)).status).toBe(200);
});

describe("nothing is there", () => {
  it("without the secret", async () => {
    await deploy({ SETUP_TOKEN: "" });
    expect(await (await openHome()).text()).not.toContain("Set up");
    for (const method of ["GET", "POST"]) expect((await ask(method, bearer(""))).status).toBe(404);
  });

  it("once a client was made in another way", async () => {
    await deploy();
    await worker.addClient();
    expect(await (await openHome()).text()).not.toContain("Set up");
    expect([(await makeKeys()).status, (await ask("GET", bearer())).status]).toEqual([404, 404]);
  });
});

describe("a stranger", () => {
  it.each([
    ["no secret", {}],
    ["another secret", bearer("another-secret-of-20-characters")],
    ["the beginning of it", bearer(TOKEN.slice(0, -1))],
    ["it with more", bearer(`${TOKEN}x`)],
    ["it as a client key", { "x-api-key": TOKEN }],
  ])("is refused with %s", async (_, headers) => {
    await deploy();
    for (const method of ["GET", "POST"]) {
      const response = await ask(method, headers as Record<string, string>);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Bearer/);
    }
    expect((await makeKeys()).status).toBe(201);
  });

  it("on another page is refused, with the secret too", async () => {
    await deploy();
    const response = await ask("GET", { ...bearer(), origin: "https://elsewhere.example.com" });
    expect(response.status).toBe(403);
    expect((await ask("GET", { ...bearer(), origin: worker.url })).status).toBe(200);
  });

  it("who guesses is slowed down, and then not even told that it was right", async () => {
    await deploy({}, { rateLimits: { RATE_FAILED: 3 } });
    const guess = async () => (await ask("GET", bearer(`guess-${randomUUID()}`))).status;
    const statuses: number[] = [];
    while (!statuses.includes(429)) statuses.push(await guess());
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect((await ask("GET", bearer())).status).toBe(429);
  });
});

it("a secret that is too short is named as a fault of the configuration", async () => {
  await start({ GEN_API_KEY: CANARY_KEY, SETUP_TOKEN: "short" });
  const health = await fetch(`${worker.url}/health`);
  expect(await health.json()).toMatchObject({ status: "not_configured", variables: ["SETUP_TOKEN"] });
});
