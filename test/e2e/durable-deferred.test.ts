/**
 * GEN's 202 to sheet actions means "not done, send the same request again". docs/durable-calls.md describes the rules.
 */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, it } from "vitest";
import { cell, durableCalls, TEXT, VIDEO } from "../support/durable-calls.ts";
import { type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeEach(async () => {
  stack = await startStack();
});
afterEach(() => stack.close());

const calls = durableCalls(() => stack);
const PATH = "/v1/vidsheet/actions";
const ACTIONS = `${PATH}?agent_id=42`;
const generating = (id: number, kind: object) => ({
  actions: [{ action: "generate", target: { type: "cell", id }, ...kind }],
});
const TEXT_ACTION = generating(10111, TEXT);
const atWork = (retry_after_seconds: number) => ({
  status: "generating",
  error_code: "generation_pending",
  retryable: true,
  retry_after_seconds,
  message: "Send the same request again",
});

/** A film needs the text beside it. This starts the text, which takes so long. */
async function makeSource(processingMs: number): Promise<void> {
  stack.gen.control.changeSettings({ generationMs: { text: { processingMs } } });
  expect((await calls.generate(cell(10111).url)).status).toBe(201);
}

it("with respond-async a call asks again by itself until its source is ready, and one film is charged", async () => {
  await makeSource(1_500);
  const response = await calls.generate(ACTIONS, { body: generating(10112, VIDEO), prefer: "respond-async" });
  expect(response.status).toBe(202);
  const location = response.headers.get("location");

  await calls.received(PATH);
  expect(await calls.read(location)).toMatchObject({ charged: expect.stringMatching("no|unknown") });
  const call = await calls.reaches(location, "settled");
  expect(call.answer?.status).toBe(200);
  expect(new Set(calls.requestsTo(PATH).map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  expect(calls.chargesTo(PATH)).toHaveLength(1);
});

it("a caller who waits gets GEN's words while a source is not ready, and nothing goes on in the background", async () => {
  await makeSource(60_000);
  const response = await calls.generate(ACTIONS, { body: generating(10112, VIDEO) });
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ error_code: "source_not_ready", retryable: true });
  expect(response.headers.get("location")).toBeNull();
  expect(calls.requestsTo(PATH)).toHaveLength(1);
});

it("a call that GEN is at work on is asked for again within the budget: its answer comes as if it had come at once", async () => {
  stack.script({ doneThen: { status: 202, body: atWork(1) } });
  const response = await calls.generate(ACTIONS, { body: TEXT_ACTION });
  expect(response.status).toBe(200);
  expect(calls.requestsTo(PATH)).toHaveLength(2);
  expect(calls.chargesTo(PATH)).toHaveLength(1);
});

it("a call that GEN is at work on longer than the caller waits is told in GEN's words and followed to its end", async () => {
  const key = randomUUID();
  stack.script({ doneThen: { status: 202, body: atWork(3) } });
  const response = await calls.generate(ACTIONS, { key, body: TEXT_ACTION, prefer: "wait=1" });
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual(atWork(3));
  const location = response.headers.get("location");
  const open = await calls.read(location);
  expect(open).toMatchObject({ state: "collecting", charged: "unknown", started: [] });
  expect(open).not.toHaveProperty("answer");

  // No caller asks any more: the call is brought to its end all the same.
  const call = await calls.reaches(location, "settled");
  expect(call).toMatchObject({ charged: "yes", started: [{ kind: "user_job" }] });
  expect(calls.chargesTo(PATH)).toHaveLength(1);
});

it("a caller who comes back with the key, as GEN asks, waits for the same call", async () => {
  const key = randomUUID();
  stack.script({ doneThen: { status: 202, body: atWork(2) } });
  await calls.generate(ACTIONS, { key, body: TEXT_ACTION, prefer: "wait=1" });
  const again = await calls.generate(ACTIONS, { key, body: TEXT_ACTION });
  expect(again.status).toBe(200);
  expect(calls.requestsTo(PATH)).toHaveLength(2);

  const replayed = await calls.generate(ACTIONS, { key, body: TEXT_ACTION });
  expect([replayed.status, replayed.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
  expect(calls.chargesTo(PATH)).toHaveLength(1);
});

it("a refusal that follows a deferral proves nothing: the first may have spent the credits that the second one misses", async () => {
  stack.script({ doneThen: { status: 202, body: atWork(0) } }, { status: 422, body: { error_code: "bad" } });
  const response = await calls.generate(ACTIONS, { body: TEXT_ACTION });
  expect(response.status).toBe(200);
  expect(calls.chargesTo(PATH)).toHaveLength(1);
});

it("a call that is called off while GEN is at work on it is followed until it is known: GEN can't stop a user job", async () => {
  stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
  stack.script({ doneThen: { status: 202, body: atWork(2) } });
  const response = await calls.generate(ACTIONS, { body: generating(10112, VIDEO), prefer: "wait=1" });
  const location = response.headers.get("location");
  const removed = await stack.call(location ?? "", { method: "DELETE" });
  expect(await removed.json()).toMatchObject({ state: "collecting", cancel_wanted: true });
  await calls.reaches(location, "settled");
});

it("after source_not_ready another request under the caller's key is no conflict at GEN", async () => {
  await makeSource(60_000);
  const key = randomUUID();
  await calls.generate(ACTIONS, { key, body: generating(10112, VIDEO) });
  const corrected = await calls.generate(ACTIONS, { key, body: TEXT_ACTION });
  expect(corrected.status).toBe(200);
  expect(new Set(calls.requestsTo(PATH).map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
});

it.each([
  ["/v1/agent/run", { agent_id: "42", message: "x" }, { run_id: "run_77", status: "running" }],
  ["/v1/ideas/generate?agent_id=42", { prompt: "x" }, { job_id: "j1", status: "queued" }],
])("any other 202 has begun, whatever GEN says about trying again: %s", async (url, body, begun) => {
  const key = randomUUID();
  stack.script({ doneThen: { status: 202, body: { ...begun, retryable: true } } });
  const first = await calls.generate(url, { key, body });
  const second = await calls.generate(url, { key, body });
  expect([first.status, second.status, second.headers.get("idempotent-replayed")]).toEqual([202, 202, "true"]);
  expect(calls.requestsTo(url.replace(/\?.*/, ""))).toHaveLength(1);
});
