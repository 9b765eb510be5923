import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Outcome } from "../simulator/faults/outcome.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { type CrashableWorker, startCrashableWorker } from "../support/crashable-worker.ts";
import { cell, durableCalls, eventually, TEXT, VIDEO } from "../support/durable-calls.ts";
import { openEvents } from "../support/event-stream.ts";
import { CANARY_KEY, json } from "../support/stack.ts";

let gen: Simulator;
let worker: CrashableWorker;
beforeAll(async () => {
  gen = await startSimulator({ apiKey: CANARY_KEY });
  worker = await startCrashableWorker({
    GEN_API_KEY: CANARY_KEY,
    GEN_BASE_URL: gen.urls.api,
    GEN_AGENT_BASE_URL: gen.urls.agent,
    GEN_AGENT_CORE_BASE_URL: gen.urls.agentCore,
    CALL_QUIET_MS: "500",
  });
}, 60_000);
afterAll(async () => {
  await worker.close();
  await gen.close();
});

const call = (path: string, init: RequestInit = {}) => {
  const headers = new Headers(init.headers);
  headers.set("x-api-key", worker.key);
  return fetch(`${worker.url}${path}`, { ...init, headers });
};
const calls = durableCalls(() => ({ gen, call }));
const scriptAt = (path: string, outcome: Outcome) =>
  gen.control.addFaults({ rules: [{ match: { method: "POST", path }, outcomes: [outcome] }] });

/** Starts a call for which nobody waits any more once the Worker is dead. */
const begin = (...args: Parameters<typeof calls.generate>) => calls.generate(...args).catch(() => null);
const later = async (url: string, body: unknown = TEXT) =>
  (await calls.generate(url, { body, prefer: "respond-async" })).headers.get("location");

async function crash(): Promise<void> {
  await worker.kill();
  await worker.restart();
}

/** How often GEN was polled about a generation. */
const polls = (id: unknown) =>
  gen.control.ledger().requests.filter(({ method, path }) => method === "GET" && path === `/v1/generations/${id}`)
    .length;

describe("a Worker killed before a call is sent", () => {
  const waiting = cell(10111);
  const async = cell(10112);
  let location: string | null;
  const key = randomUUID();

  beforeAll(async () => {
    scriptAt("/v1/generations/1/stop", { status: 429, headers: { "retry-after": "10" }, body: "" });
    await call("/v1/generations/1/stop", json("POST", { agent_id: 42 }, { prefer: "wait=1" }));
    location = await later(async.url);
    void begin(waiting.url, { key });
    await eventually(
      async () => (await calls.generate(waiting.url, { key })).status,
      (status) => status === 409,
    );
    expect(calls.requestsTo(waiting.path)).toHaveLength(0);
    expect(calls.requestsTo(async.path)).toHaveLength(0);
    await crash();
  }, 60_000);

  it("sends the call by itself when no caller waits for it, and it is charged once", async () => {
    await calls.received(async.path);
    await calls.reaches(location, "settled");
    expect(calls.chargesTo(async.path)).toHaveLength(1);
  });

  it("leaves the call free when a caller waited: nothing was sent, and the same key is charged once", async () => {
    expect(calls.requestsTo(waiting.path)).toHaveLength(0);
    expect((await calls.generate(waiting.url, { key })).status).toBe(201);
    expect(calls.chargesTo(waiting.path)).toHaveLength(1);
  });
});

describe("a Worker killed while a call is on its way", () => {
  const [atWork, never, committed, cancelled] = [cell(10113), cell(10121), cell(10122), cell(10123)];
  const RUN = "/v1/agent/run";
  const key = randomUUID();
  let locations: Record<"atWork" | "never" | "cancelled", string | null>;

  beforeAll(async () => {
    gen.control.changeSettings({ workMs: 1_000, generationMs: { video: { pendingMs: 300_000 } } });
    scriptAt(never.path, "hang");
    scriptAt(committed.path, { delayHeadersMs: 60_000 });
    scriptAt(cancelled.path, { delayHeadersMs: 60_000 });
    scriptAt(RUN, { delayHeadersMs: 60_000 });
    void begin(committed.url, { key });
    void begin(RUN, { body: { agent_id: 42, message: "Ideas" } });
    const [hanging, stopping] = [await later(never.url), await later(cancelled.url, VIDEO)];
    await call(stopping ?? "", { method: "DELETE" });
    await eventually(
      () => calls.chargesTo(committed.path).length + calls.chargesTo(cancelled.path).length,
      (n) => n === 2,
    );
    locations = { never: hanging, cancelled: stopping, atWork: await later(atWork.url) };
    await calls.received(atWork.path);
    expect(calls.chargesTo(atWork.path)).toHaveLength(0);
    await crash();
  }, 60_000);

  it("asks again under the same key when GEN is at work on the call, which is charged once", async () => {
    await calls.received(atWork.path, 2);
    await calls.reaches(locations.atWork, "settled");
    expect(new Set(calls.requestsTo(atWork.path).map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
    expect(calls.chargesTo(atWork.path)).toHaveLength(1);
  });

  it("sends the call again when GEN never did it, and it is charged once", async () => {
    await calls.reaches(locations.never, "settled");
    expect(calls.chargesTo(never.path)).toHaveLength(1);
    const { sends, story } = await calls.read(locations.never);
    const sent = calls.requestsTo(never.path).length;
    expect([sends, story.filter(({ what }) => what === "sent").length]).toEqual([sent, sent]);
  });

  it("fetches the answer under the same key when GEN had done the call, and follows what it made", async () => {
    const answer = await calls.generate(committed.url, { key, prefer: "wait=20" });
    expect(answer.status).toBe(201);
    const { generation_id: id } = (await answer.json()) as { generation_id: number };
    expect(calls.chargesTo(committed.path)).toMatchObject([{ generation_id: id }]);

    const stream = await openEvents(`${worker.url}/v1/generations/${id}/events`, { "x-api-key": worker.key });
    expect(JSON.parse((await stream.ended()).at(-1)?.data ?? "")).toMatchObject({ status: "completed" });
  });

  it("stops what was called off meanwhile as soon as it is known, and GEN gives the credits back", async () => {
    const id = calls.chargesTo(cancelled.path)[0]?.generation_id;
    await eventually(
      () => gen.control.ledger().refunds.map(({ generation_id }) => generation_id),
      (ids) => ids.includes(id),
    );
    expect(calls.chargesTo(cancelled.path)).toHaveLength(1);
    expect(await calls.reaches(locations.cancelled, "settled")).toMatchObject({ cancel_wanted: true });
  });

  it("does not send a call again for which GEN knows no key, and lists it for an operator", async () => {
    const listed = await eventually(
      async () => ((await (await call("/v1/calls?state=unknown")).json()) as { calls: object[] }).calls,
      (all) => all.length > 0,
    );
    expect(listed).toMatchObject([{ operation: "runs.create" }]);
    expect(calls.requestsTo(RUN)).toHaveLength(1);
  });
});

describe("a Worker killed while a generation is followed", () => {
  it("follows it further without being asked, and its end is told to those who watch then", async () => {
    gen.control.changeSettings({ workMs: 0, generationMs: { video: { pendingMs: 300_000 } } });
    const response = await calls.generate(cell(10131).url, { body: VIDEO });
    const { generation_id: id } = (await response.json()) as { generation_id: number };
    await eventually(
      async () => (await call(`/v1/generations/${id}`)).headers.has("age"),
      (known) => known,
    );
    await worker.kill();
    const before = polls(id);
    await worker.restart();

    await eventually(
      () => polls(id),
      (count) => count > before,
    );
    const stream = await openEvents(`${worker.url}/v1/generations/${id}/events`, { "x-api-key": worker.key });
    gen.control.setGeneration(id, { status: "completed" });
    expect(JSON.parse((await stream.ended()).at(-1)?.data ?? "")).toMatchObject({ status: "completed" });
    expect(calls.chargesTo(cell(10131).path)).toHaveLength(1);
  });
});

it("after all of it GEN has charged every key that it took once, and no key twice", () => {
  const { charges } = gen.control.ledger();
  const keys = charges.flatMap(({ idempotency_key }) => idempotency_key ?? []);
  expect(new Set(keys).size).toBe(keys.length);
  expect(charges).toHaveLength(8);
});
