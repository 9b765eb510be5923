import { randomUUID } from "node:crypto";
/** Every answer of `stack.call` is checked against `/openapi.json`; here each operation is called at least once. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createDocument } from "../../openapi/document.ts";
import type { Operation } from "../../src/gen/operation.ts";
import { OPERATIONS } from "../../src/gen/operations.ts";
import { createGenToken } from "../../src/webhooks/gen-token.ts";
import { held } from "../support/conformance.ts";
import { cell, durableCalls, VIDEO } from "../support/durable-calls.ts";
import { SENDERS, write } from "../support/senders.ts";
import { json, type Stack, startStack } from "../support/stack.ts";

const SECRET = "a-secret-of-some-length";
const RUN = "0".repeat(64);
const MESSAGE = `msg_${"0".repeat(32)}`;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({
    GEN_WEBHOOK_SECRET: SECRET,
    TICKET_SECRET: SECRET,
    GITHUB_WEBHOOK_SECRET: SENDERS.github.secret,
    SLACK_WEBHOOK_SECRET: SENDERS.slack.secret,
    BACKOFF_BASE_MS: "1",
  });
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

const calls = durableCalls(() => stack);
const post = (body: unknown, headers = {}) => json("POST", body, headers);

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await stack.call(path, init);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("text/event-stream")) await response.body?.cancel();
  else await response.text();
  return response;
}

function deliver(name: "github" | "slack", text: string): [string, RequestInit] {
  const { url, headers, body } = write({ ...SENDERS[name], toBody: () => text }, `/webhooks/${name}`);
  return [
    url,
    { method: "POST", body: Buffer.from(body), headers: { "content-type": "application/json", ...headers } },
  ];
}

it("the pages answer as described", async () => {
  const etag = (await ask("/openapi.json")).headers.get("etag") ?? "";
  const asked: [string, RequestInit, number][] = [
    ["/health", {}, 200],
    ["/health", { method: "HEAD" }, 200],
    ["/health", { method: "POST" }, 405],
    ["/health", { method: "OPTIONS" }, 204],
    ["/", {}, 200],
    ["/problems", {}, 200],
    ["/problems/gen_timeout", {}, 200],
    ["/problems/gen_timeout", { headers: { accept: "text/html", "accept-language": "de" } }, 200],
    ["/problems/nothing", {}, 404],
    ["/openapi.json", { headers: { "if-none-match": etag } }, 304],
    ["/docs", {}, 200],
    ["/docs/page.js", {}, 200],
    ["/docs/nothing", {}, 404],
    ["/console", {}, 200],
    ["/console/console.js", {}, 200],
    ["/console/nothing", {}, 404],
    ["/nothing", {}, 404],
  ];
  for (const [path, init, status] of asked) expect((await ask(path, init)).status, path).toBe(status);
});

it("calls, generations and their events answer as described", async () => {
  const { url } = cell(10111);
  stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
  const started = await calls.generate(url, { body: VIDEO });
  const { generation_id: id } = (await started.json()) as { generation_id: number };
  const accepted = await calls.generate(url, { prefer: "respond-async" });
  const location = accepted.headers.get("location") ?? "";
  const foreign = {
    headers: { "x-api-key": await stack.worker.addClient({ name: "foreign", scopes: [], agents: ["43"] }) },
  };
  const asked: [string, RequestInit, number][] = [
    [location, {}, 200],
    [location, foreign, 404],
    ["/v1/calls?state=unknown", {}, 200],
    ["/v1/calls", {}, 200],
    ["/v1/calls?state=sending", {}, 400],
    ["/activity", {}, 200],
    ["/activity?step=day", {}, 200],
    ["/activity?step=year", {}, 400],
    ["/activity", foreign, 403],
    ["/metrics", {}, 200],
    ["/metrics", foreign, 403],
    ["/v1/charges", {}, 200],
    ["/v1/charges", foreign, 403],
    ["/v1/charges/pause", { method: "POST" }, 200],
    ["/v1/charges/resume", { method: "POST" }, 200],
    ["/v1/audit", {}, 200],
    ["/v1/audit?limit=0", {}, 400],
    ["/v1/usage", {}, 200],
    ["/v1/usage/budgets?period=2026-11&of=tag&name=a", {}, 200],
    ["/v1/usage/budgets?name=a", {}, 400],
    ["/v1/usage/budgets", foreign, 403],
    ["/v1/usage/reconciliation", {}, 200],
    ["/v1/usage/reconciliation?month=2026-13", {}, 400],
    ["/v1/usage/reconciliation?cursor=none", {}, 400],
    ["/v1/usage/reconciliation", foreign, 403],
    ["/v1/usage/reconciliation/2026-11.1/acknowledge", { method: "POST" }, 404],
    ["/v1/usage/reconciliation/none/acknowledge", { method: "POST" }, 404],
    ["/v1/usage/reconciliation/2026-11.1/acknowledge", { ...foreign, method: "POST" }, 403],
    ["/v1/usage?client=-", {}, 400],
    ["/v1/usage?client=other", foreign, 403],
    ["/v1/usage?by=tag", {}, 200],
    ["/v1/usage?by=tag", { headers: { accept: "text/csv" } }, 200],
    ["/v1/usage?by=day&from=2020-01-01", {}, 400],
    ["/v1/usage?by=day&client=other", foreign, 403],
    ["/v1/usage/charges", foreign, 200],
    ["/v1/usage/charges?order=credits", {}, 200],
    ["/v1/usage/charges?order=price", {}, 400],
    ["/v1/usage/charges?client=other", foreign, 403],
    ["/v1/calls?state=unknown", foreign, 403],
    ["/v1/calls?state=unknown", { headers: { "x-api-key": "none" } }, 401],
    [`/v1/calls/${RUN}/resolve`, post({ charged: false }), 404],
    [`/v1/calls/${RUN}/resolve`, post({}), 400],
    [`/v1/generations/${id}`, {}, 200],
    [`/v1/generations/${id}/events`, {}, 200],
    [`/v1/generations/${id}/events`, foreign, 403],
    [`/v1/generations/${id}/events?ticket=none`, {}, 401],
    ["/v1/generations/none/events", {}, 404],
    [`/v1/generations/${id}/tickets`, { method: "POST" }, 201],
    ["/v1/generations/none/tickets", { method: "POST" }, 404],
  ];
  for (const [path, init, status] of asked) expect((await ask(path, init)).status, path).toBe(status);
  expect([200, 202]).toContain((await ask(location, { method: "DELETE" })).status);
});

it("webhooks, pipelines and notifications answer as described", async () => {
  const token = await createGenToken(SECRET, "42", 1);
  const foreign = { headers: { "x-api-key": await stack.worker.addClient({ name: "poor", scopes: ["read"] }) } };
  const asked: [string, RequestInit, number][] = [
    [`/webhooks/gen/42/${token}`, post({ generation_id: 1 }), 202],
    ["/webhooks/gen/42/wrong", post({}), 401],
    ["/webhooks/nobody", post({}), 401],
    [...deliver("github", '{"action":"opened"}'), 202],
    [...deliver("github", '{"zen":"Keep it.","hook_id":1}'), 204],
    [...deliver("slack", '{"type":"url_verification","challenge":"c"}'), 200],
    ["/pipelines", {}, 200],
    ["/pipelines", foreign, 403],
    ["/pipelines/none/runs", {}, 404],
    ["/pipelines/none/runs", post({}), 404],
    [`/pipelines/none/runs/${RUN}`, {}, 404],
    [`/pipelines/none/runs/${RUN}/stop`, { method: "POST" }, 404],
    [`/pipelines/none/runs/${RUN}/rerun`, { method: "POST" }, 404],
    ["/pipelines/none/rerun", post({}), 404],
    ["/pipelines/none/rejected", {}, 404],
    ["/deliveries", {}, 200],
    ["/deliveries?outcome=lost", {}, 400],
    ["/deliveries", foreign, 403],
    [`/deliveries/${RUN}/deliver`, { method: "POST" }, 404],
    ["/deliveries/deliver", post({ since: "2026-11-22T10:00:00Z" }), 200],
    ["/deliveries/deliver", post({}), 400],
    ["/notifications?state=failed", {}, 200],
    ["/notifications", {}, 200],
    ["/notifications?state=waiting&limit=100&from=2027-01-01", {}, 200],
    ["/notifications?state=sending", {}, 400],
    ["/notifications/resend", post({ since: "2027-01-01" }), 200],
    ["/notifications/resend", post({ since: "2027-01-01", dry_run: true }), 200],
    ["/notifications/resend", post({}), 400],
    ["/notifications", foreign, 403],
    [`/notifications/${MESSAGE}`, {}, 404],
    [`/notifications/${MESSAGE}/resend`, { method: "POST" }, 404],
  ];
  for (const [path, init, status] of asked) expect((await ask(path, init)).status, `${path}`).toBe(status);
});

/** Ids that exist in the simulator's world; any other id does not. */
const KNOWN: Readonly<Record<string, string>> = {
  agent: "42",
  sheet: "101",
  row: "10110",
  column: "1011",
  cell: "10111",
  variable: "10191",
  organization: "7",
};
/** Bodies of some operations whose body is not described. */
const SOMETHING = { title: "A title", name: "A name", message: "Hello", prompt: "A line", text: "A line" };

const document = createDocument();

/** The example body of the document, else a made-up one. */
function toExample({ method, path }: Operation): { body: unknown; isShown: boolean } {
  const template = `/v1${path.replace(/:(\w+)/g, "{$1}")}`;
  const { requestBody } = document.paths[template]?.[method.toLowerCase() as "post"] ?? {};
  const { content } = (requestBody ?? {}) as { content?: Record<string, { example?: unknown }> };
  const example = content?.["application/json"]?.example;
  return { body: example ?? SOMETHING, isShown: example !== undefined };
}

it.each([
  ["an example", toExample],
  ["nothing", () => ({ body: {}, isShown: false })],
])("each of GEN's operations answers as described, sent %s", async (_, toBody) => {
  for (const operation of OPERATIONS as readonly Operation[]) {
    await stack.resetUnheld("GEN's charges of hundreds of operations are held against the ledger by other tests");
    const { method, path, agent } = operation;
    const { body, isShown } = toBody(operation);
    const filled = path.replace(/:(\w+)/g, (_, name: string) => KNOWN[name] ?? "9");
    const query = agent === "param" && !JSON.stringify(body).includes("agent_id") ? "?agent_id=42" : "";
    const init = method === "GET" || method === "DELETE" ? { method } : json(method, body);
    const response = await ask(`/v1${filled}${query}`, init);
    // GEN accepts the document's example, even where the thing it names may not exist.
    if (isShown) expect([200, 201, 202, 404], operation.name).toContain(response.status);
  }
});

it("clients and the set-up page answer as described", async () => {
  const foreign = { headers: { "x-api-key": await stack.worker.addClient({ name: "none", scopes: ["read"] }) } };
  const withKey = (body: unknown) => ({
    ...post(body),
    headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
  });
  const body = { name: "described", scopes: ["read"], agents: ["42"] };
  const made = await ask("/v1/clients", withKey(body));
  expect(made.status).toBe(201);
  const path = made.headers.get("location") ?? "";
  const asked: [string, RequestInit, number][] = [
    ["/v1/clients", {}, 200],
    ["/v1/clients?limit=0", {}, 400],
    ["/v1/clients", foreign, 403],
    ["/v1/clients", withKey({ ...body, scopes: ["none"] }), 422],
    ["/v1/clients", post(body), 400],
    [path, {}, 200],
    [`${path}/pause`, { method: "POST" }, 200],
    [`${path}/resume`, { method: "POST" }, 200],
    [`${path}/rotate`, withKey({ keep: "1h" }), 200],
    ["/v1/clients/policy:described-users", { ...post({ scopes: ["read"], agents: "*" }), method: "PUT" }, 200],
    [path, { method: "DELETE" }, 204],
    ["/v1/clients/0000000000", {}, 404],
    ["/setup", {}, 404],
    ["/setup", post({}), 404],
    ["/setup/setup.js", {}, 200],
  ];
  for (const [path, init, status] of asked) expect((await ask(path, init)).status, path).toBe(status);
});

it("no described operation is left out", () => {
  const asked = new Set([...held].map((each) => each.split(" ")[0]));
  const described = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(described.filter((id) => !asked.has(id))).toEqual([]);
});
