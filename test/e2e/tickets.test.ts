import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTicket } from "../../src/access/ticket.ts";
import { cell, durableCalls, TEXT, VIDEO } from "../support/durable-calls.ts";
import { openEvents } from "../support/event-stream.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

const TICKET_SECRET = "canary-of-the-tickets-2f81c6d0";
const PAGE = "https://app.example.com";
const { url } = cell(10111);

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ TICKET_SECRET });
});
afterAll(() => stack.close());
afterEach(() => stack.gen.control.reset());

const calls = durableCalls(() => stack);

/** Starts a generation; returns the address of its events, as the answer's `Link` header gives it. */
async function start(body: unknown = TEXT, as = stack.key): Promise<{ id: string; path: string; ticket: string }> {
  const response = await calls.generate(url, { body, as });
  const { generation_id: id } = (await response.json()) as { generation_id: number };
  const [, path = ""] = /^<([^>]+)>; rel="monitor"$/.exec(response.headers.get("link") ?? "") ?? [];
  return { id: String(id), path, ticket: path.split("?ticket=")[1] ?? "" };
}

/** Reads as an `EventSource` does: with no headers but those that it sets itself. */
const watch = (path: string, headers: Record<string, string> = {}) =>
  openEvents(`${stack.worker.url}${path}`, { accept: "text/event-stream", ...headers });
const eventsOf = (id: string, ticket: string) => `/v1/generations/${id}/events?ticket=${ticket}`;
const inAnHour = () => Date.now() + 3_600_000;

describe("a page that holds a ticket", () => {
  it("watches its generation to the end, without a key", async () => {
    const { id, path } = await start();
    const stream = await watch(path, { origin: PAGE });
    const last = (await stream.ended()).at(-1);
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream");
    expect(JSON.parse(last?.data ?? "")).toMatchObject({ id: Number(id), status: "completed" });
  });

  it("can read the events, whatever its origin, and never with cookies", async () => {
    const { path } = await start();
    const { response } = await watch(path, { origin: PAGE });
    expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(response.headers.has("access-control-allow-credentials")).toBe(false);
    expect(response.headers.get("cache-control")).toBe("no-store, no-transform");
    expect(response.headers.get("x-accel-buffering")).toBe("no");
  });

  it("comes back with the same ticket and the last id that it has seen", async () => {
    const { path } = await start();
    const events = await (await watch(path)).ended();
    const again = await watch(path, { "last-event-id": events.at(-1)?.id ?? "" });
    expect(again.response.status).toBe(204);
  });

  it("is told by 401 when it comes back with a ticket that is over: an EventSource stays away then", async () => {
    const { id } = await start();
    const subject = `generation:${id}`;
    const over = await createTicket(TICKET_SECRET, { subject, clientId: "abcDEF0123", expiresAt: Date.now() - 1 });
    const { response } = await watch(eventsOf(id, over), { "last-event-id": "1", origin: PAGE });
    expect([response.status, response.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
    expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
  });

  it("may ask who is watching by HEAD no more than by GET: it needs a key for that", async () => {
    const { path } = await start();
    expect((await fetch(`${stack.worker.url}${path}`, { method: "HEAD" })).status).toBe(401);
  });
});

describe("a request with a ticket", () => {
  it.each([
    ["the events of another generation", (id: string) => `/v1/generations/${Number(id) + 1}/events`],
    ["the generation itself", (id: string) => `/v1/generations/${id}`],
    ["the stopping of the generation", (id: string) => `/v1/generations/${id}/stop`],
    ["a sheet", () => "/v1/vidsheet/101"],
  ])("is refused when it asks for %s", async (_, toPath) => {
    const { id, ticket } = await start();
    const method = toPath(id).endsWith("/stop") ? "POST" : "GET";
    const response = await fetch(`${stack.worker.url}${toPath(id)}?ticket=${ticket}&agent_id=42`, { method });
    expect(response.status).toBe(401);
  });

  it.each([
    ["with one character changed", (ticket: string) => ticket.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))],
    ["cut in half", (ticket: string) => ticket.slice(0, ticket.length / 2)],
    ["without its signature", (ticket: string) => ticket.split(".")[0] ?? ""],
    ["that is empty", () => ""],
    ["of 8,000 characters", (ticket: string) => "a".repeat(8_000) + ticket],
    ["with another one in front", (ticket: string) => `x&ticket=${ticket}`],
  ])("is refused when its ticket is one %s", async (_, spoil) => {
    const { id, ticket } = await start();
    const response = await fetch(`${stack.worker.url}${eventsOf(id, spoil(ticket))}`);
    expect(await readProblem(response)).toMatchObject({ status: 401, error_code: "unauthorized", retryable: false });
  });

  it.each([
    ["signed by another secret", "another secret of 16", "generation"],
    ["of a user job with the same id", TICKET_SECRET, "user_job"],
    ["of a run with the same id", TICKET_SECRET, "run"],
  ])("is refused when its ticket is one %s", async (_, secret, kind) => {
    const { id } = await start();
    const ticket = await createTicket(secret, { subject: `${kind}:${id}`, clientId: "x", expiresAt: inAnHour() });
    const { response } = await watch(eventsOf(id, ticket));
    expect(response.status).toBe(secret === TICKET_SECRET ? 404 : 401);
  });
});

describe("POST /v1/generations/:id/tickets", () => {
  const order = (id: string, as = stack.key) =>
    stack.call(`/v1/generations/${id}/tickets`, { method: "POST", headers: { "x-api-key": as } });

  it("gives another hour", async () => {
    const { id } = await start(VIDEO);
    const response = await order(id);
    const { url: path, expires_at } = (await response.json()) as { url: string; expires_at: string };
    expect(response.status).toBe(201);
    expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(3_590_000);

    const stream = await watch(path);
    expect(JSON.parse((await stream.next()).data)).toMatchObject({ id: Number(id) });
    stream.leave();
  });

  it("gives none to a client that may not watch, and none of what is not there", async () => {
    const { id } = await start();
    const confined = await stack.worker.addClient({ agents: ["42"], scopes: ["read", "generate"] });
    const writer = await stack.worker.addClient({ scopes: ["generate"] });
    expect((await order(id, confined)).status).toBe(404);
    expect((await order(id, writer)).status).toBe(403);
    expect((await order("4711")).status).toBe(404);
    expect((await fetch(`${stack.worker.url}/v1/generations/${id}/tickets`, { method: "POST" })).status).toBe(401);
  });
});

describe("a Worker without a secret for tickets", () => {
  it("names the events without one, takes none and gives none", async () => {
    const plain = await startStack();
    const response = await plain.call(url, json("POST", TEXT));
    const { generation_id: id } = (await response.json()) as { generation_id: number };
    expect(response.headers.get("link")).toBe(`</v1/generations/${id}/events>; rel="monitor"`);

    for (const secret of ["undefined", "null", " "]) {
      const expiresAt = inAnHour();
      const ticket = await createTicket(secret, { subject: `generation:${id}`, clientId: "x", expiresAt });
      expect((await fetch(`${plain.worker.url}${eventsOf(String(id), ticket)}`)).status).toBe(401);
    }
    const refused = await plain.call(`/v1/generations/${id}/tickets`, { method: "POST" });
    const detail = expect.stringContaining("TICKET_SECRET");
    expect(await refused.json()).toMatchObject({ status: 404, developer_detail: detail });
    await plain.close();
  });
});

describe("the log", () => {
  it("holds who watches what, and neither a ticket nor the secret", async () => {
    const { id, path, ticket } = await start();
    await (await watch(path, { "x-request-id": "watched" })).ended();
    await watch(eventsOf(id, `${ticket}0`), { "x-request-id": ticket.slice(-64) });
    const line = await stack.worker.waitForLine(
      ({ message, request_id }) => message === "request" && request_id === "watched",
    );
    expect(line).toMatchObject({
      route: "/v1/generations/:id/events",
      ids: { generation: id },
      client_id: stack.key.split("_")[1],
    });
    const [text = "none"] = ticket.split(".");
    expect(stack.worker.output()).not.toContain(text);
    expect(stack.worker.output()).not.toContain(TICKET_SECRET);
  });
});
