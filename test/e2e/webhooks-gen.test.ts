import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGenToken } from "../../src/webhooks/gen-token.ts";
import type { WebhookShape } from "../simulator/settings.ts";
import { cell, durableCalls, eventually, VIDEO } from "../support/durable-calls.ts";
import { openEvents } from "../support/event-stream.ts";
import { sendHalf } from "../support/half-sent.ts";
import { json, type Stack, startStack } from "../support/stack.ts";

const SECRET = "a-secret-of-some-length";
let stack: Stack;
beforeEach(async () => {
  stack = await startStack({ GEN_WEBHOOK_SECRET: SECRET, GEN_WEBHOOK_VERSION: "3" });
  stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
});
afterEach(() => stack.close());

const calls = durableCalls(() => stack);
const { path, url } = cell(10111);

const address = async (agent = "42", version = 3, tokenOf = agent) =>
  `/webhooks/gen/${agent}/${await createGenToken(SECRET, tokenOf, version)}`;
const post = (to: string, body: string, type = "application/json") =>
  fetch(`${stack.worker.url}${to}`, { method: "POST", headers: { "content-type": type }, body });
const asked = () => stack.gen.control.ledger().requests.filter(({ method }) => method === "GET");
const polls = (id: string) => asked().filter((request) => request.path === `/v1/generations/${id}`).length;

async function start(): Promise<string> {
  const response = await calls.generate(url, { body: VIDEO });
  return String(((await response.json()) as { generation_id: number }).generation_id);
}

/** A generation that the Worker does not poll for the next minute. */
async function startUnasked(): Promise<string> {
  // A 503 would pause all reads of the host.
  const later = { status: 404, headers: { "retry-after": "60" }, body: '{"error":"Not yet","error_code":"not_found"}' };
  stack.gen.control.addFaults({ rules: [{ match: { method: "GET", path: "/v1/generations/" }, outcomes: [later] }] });
  const id = await start();
  await eventually(
    () => polls(id),
    (count) => count === 1,
  );
  return id;
}

/** Registers the Worker for GEN's webhooks of agent 42. */
async function register(shape: WebhookShape = "generation"): Promise<void> {
  stack.gen.control.changeSettings({ webhookShape: shape });
  const config = { automation_config: { webhook_url: `${stack.worker.url}${await address()}` } };
  await fetch(`${stack.gen.urls.api}/agents/42/automation_config`, {
    ...json("PATCH", config, { "x-api-key": stack.gen.apiKey }),
  });
}

describe("a sender of GEN's webhooks", () => {
  const body = JSON.stringify({ generation_id: 9000 });

  it.each([
    ["the token of this agent and version", 3],
    ["the token of the version before, while it is being renewed", 2],
  ])("must know %s", async (_, version) => {
    expect((await post(await address("42", version), body)).status).toBe(202);
  });

  it("is refused with a forged token, an old one, another agent's, or none", async () => {
    const good = await address();
    const forged = `${good.slice(0, -1)}${good.endsWith("0") ? "1" : "0"}`;
    const others = [forged, await address("42", 1), await address("42", 3, "43"), "/webhooks/gen/42/x"];
    const statuses = await Promise.all(others.map(async (to) => (await post(to, body)).status));
    expect(statuses).toEqual([401, 401, 401, 401]);
  });

  it("must use POST", async () => {
    const response = await fetch(`${stack.worker.url}${await address()}`);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("OPTIONS, POST");
  });

  it("leaves no token in any line of the log", async () => {
    const to = await address();
    await post(to, body);
    await stack.worker.waitForLine((line) => line.message === "request");
    expect(stack.worker.output()).not.toContain(to.split("/").at(-1));
  });
});

describe("a webhook of GEN's", () => {
  it.each(["generation", "flat", "data", "user_job", "form"] as const)(
    "is understood in the shape %s: watchers learn at once of the end, which GEN has confirmed",
    async (shape) => {
      await register(shape);
      const id = await startUnasked();
      const stream = await openEvents(`${stack.worker.url}/v1/generations/${id}/events`, { "x-api-key": stack.key });
      stack.gen.control.setGeneration(id, { status: "completed" });

      const events = await stream.ended();
      expect(JSON.parse(events.at(-1)?.data ?? "")).toMatchObject({ status: "completed" });
      expect(polls(id)).toBe(2);
      expect(stack.gen.control.ledger().webhooks).toMatchObject([{ status: 202 }]);
    },
  );

  it("is not believed: one that lies about the end only makes the Worker ask", async () => {
    const id = await startUnasked();
    await post(await address(), JSON.stringify({ generation: { id: Number(id), status: "completed" } }));
    await eventually(
      () => polls(id),
      (count) => count === 2,
    );
    const response = await stack.call(`/v1/generations/${id}`);
    expect(await response.json()).toMatchObject({ status: "pending" });
  });

  it("is thanked for and noted in a shape that nobody knows", async () => {
    expect((await post(await address(), JSON.stringify({ subject: { reference: "generation/1" } }))).status).toBe(202);
    expect((await post(await address(), "\u0000 not JSON")).status).toBe(202);
    const line = await stack.worker.waitForLine(({ message }) => message === "webhook_not_understood");
    expect(line).toMatchObject({ level: "warn", agent: "42" });
  });

  it("starts nothing when it is about something that nobody here has made", async () => {
    const response = await post(await address(), JSON.stringify({ generation_id: 4711 }));
    expect(response.status).toBe(202);
    expect((await stack.call("/v1/generations/4711/events")).status).toBe(404);
    expect(stack.gen.control.ledger().requests).toHaveLength(0);
  });

  it("is bounded: 300 KiB are refused, 250 KiB are read", async () => {
    const padded = (bytes: number) => JSON.stringify({ generation_id: 4711, padding: "x".repeat(bytes) });
    expect((await post(await address(), padded(300 * 1_024))).status).toBe(413);
    expect((await post(await address(), padded(250 * 1_024))).status).toBe(202);
  });

  it("has GEN asked once when it comes five times at once, or once more for what came in between", async () => {
    const id = await startUnasked();
    const to = await address();
    const body = JSON.stringify({ generation_id: Number(id) });
    const responses = await Promise.all([1, 2, 3, 4, 5].map(() => post(to, body)));
    expect(responses.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);

    stack.gen.control.setGeneration(id, { status: "completed" });
    await post(to, body);
    const stream = await openEvents(`${stack.worker.url}/v1/generations/${id}/events`, { "x-api-key": stack.key });
    await stream.ended();
    expect(polls(id)).toBeLessThanOrEqual(4);
  });

  it("is early, not lost, before the answer to the call that made it: the generation is followed to its end", async () => {
    await register();
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 1, processingMs: 1 } } });
    stack.script({ delayHeadersMs: 500 });
    const answer = calls.generate(url, { body: VIDEO });
    await eventually(
      () => stack.gen.control.ledger().webhooks,
      ({ length }) => length === 2,
    );
    expect(asked()).toHaveLength(0);

    const { generation_id: id } = (await (await answer).json()) as { generation_id: number };
    const stream = await openEvents(`${stack.worker.url}/v1/generations/${id}/events`, { "x-api-key": stack.key });
    expect(JSON.parse((await stream.ended()).at(-1)?.data ?? "")).toMatchObject({ status: "completed" });
    expect(calls.chargesTo(path)).toHaveLength(1);
  });

  it("changes nothing and costs nothing when it comes after the end, late or repeated", async () => {
    const id = await startUnasked();
    stack.gen.control.setGeneration(id, { status: "completed" });
    const to = await address();
    await post(to, JSON.stringify({ generation_id: Number(id) }));
    const seen = await openEvents(`${stack.worker.url}/v1/generations/${id}/events`, { "x-api-key": stack.key });
    await seen.ended();
    const before = polls(id);

    await post(to, JSON.stringify({ generation: { id: Number(id), status: "processing" } }));
    expect(await (await stack.call(`/v1/generations/${id}`)).json()).toMatchObject({ status: "completed" });
    expect(polls(id)).toBe(before);
  });
});

it("a webhook whose body does not come is waited for until the budget is over, then answered with 408", async () => {
  const impatient = await startStack({
    GEN_WEBHOOK_SECRET: SECRET,
    GEN_WEBHOOK_VERSION: "3",
    WEBHOOK_BUDGET_MS: "1000",
  });
  const half = await sendHalf(`${impatient.worker.url}${await address()}`);
  expect(await half.status()).toBe(408);
  half.close();
  await impatient.close();
});

it("no webhook of GEN's is accepted without a secret", async () => {
  const bare = await startStack();
  const response = await fetch(`${bare.worker.url}${await address()}`, { method: "POST", body: "{}" });
  expect(response.status).toBe(401);
  await bare.close();
});
