import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cell, durableCalls, eventually, VIDEO } from "../support/durable-calls.ts";
import { json, type Stack, startStack } from "../support/stack.ts";

let stack: Stack;
beforeEach(async () => {
  stack = await startStack();
});
afterEach(() => stack.close());

const calls = durableCalls(() => stack);
const { path, url } = cell(10111);
const later = (options: Parameters<typeof calls.generate>[1] = {}) =>
  calls.generate(url, { prefer: "respond-async", ...options });

/** GEN asks for a pause of the whole pause group of generating: nothing of it is sent for a while. */
async function pauseGenerating(): Promise<void> {
  const pause = { status: 429, headers: { "retry-after": "60" }, body: "" };
  stack.gen.control.addFaults({ rules: [{ match: { path: "/v1/generations/1/stop" }, outcomes: [pause] }] });
  await stack.call("/v1/generations/1/stop", json("POST", { agent_id: 42 }, { prefer: "wait=1" }));
}

const remove = (location: string | null) => stack.call(location ?? "", { method: "DELETE" });

describe("Prefer: respond-async", () => {
  it("is answered before GEN is, with the address of the call, which then holds GEN's answer", async () => {
    stack.script({ delayHeadersMs: 500 });
    const response = await later();
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toMatch(/^\/v1\/calls\/[0-9a-f]{64}$/);
    expect(response.headers.get("preference-applied")).toBe("respond-async");

    const call = await calls.reaches(response.headers.get("location"), "settled");
    const id = calls.chargesTo(path)[0]?.generation_id;
    expect(call).toMatchObject({ charged: "yes", answer: { status: 201, body: { generation_id: id } } });
    expect(call.started).toEqual([{ kind: "generation", id: String(id) }]);
  });

  it.each([
    ["refuses connections", () => stack.gen.control.refuse("api", 1_500)],
    ["turns it away", () => stack.script(...Array(2).fill({ status: 503, headers: { "retry-after": "1" }, body: "" }))],
    ["answers with errors", () => stack.script(...Array(2).fill({ status: 502, body: "<h1>Bad gateway</h1>" }))],
  ])("is done later, and once, when GEN %s for a while", async (_, trouble) => {
    await trouble();
    const response = await later();
    expect(response.status).toBe(202);

    await calls.reaches(response.headers.get("location"), "settled");
    expect(calls.totals().charges).toBe(1);
  });

  it("is the same call under the same key, also for a caller who waits for it", async () => {
    const key = randomUUID();
    stack.script({ delayHeadersMs: 500 });
    const first = await later({ key });
    const second = await later({ key });
    const waited = await calls.generate(url, { key, prefer: "wait=10" });

    expect(second.status).toBe(202);
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    expect(waited.status).toBe(201);
    expect(calls.totals().charges).toBe(1);
  });

  it("ends as a call of which nothing happened when GEN refuses it", async () => {
    const response = await calls.generate(cell(10211, 43).url, { prefer: "respond-async" });
    expect(response.status).toBe(202);
    const call = await calls.reaches(response.headers.get("location"), "not_charged");
    expect(call).toMatchObject({
      charged: "no",
      failure: { status: 422, error_code: "usable_gen_credit_required" },
    });
  });
});

it("is not said to be granted to a caller who is refused", async () => {
  const key = randomUUID();
  await later({ key });
  const response = await later({ key, body: VIDEO });
  expect([response.status, response.headers.get("preference-applied")]).toEqual([409, null]);
});

describe("DELETE /v1/calls/:id", () => {
  it("does not claim to stop what GEN can't stop: a user job, which sheet actions start", async () => {
    const actions = [{ action: "generate", target: { type: "cell", id: 10111 }, ...VIDEO }];
    const started = await calls.generate("/v1/vidsheet/actions?agent_id=42", {
      body: { actions },
      prefer: "respond-async",
    });
    const location = started.headers.get("location");
    const call = await calls.reaches(location, "settled");
    expect(call.started).toMatchObject([{ kind: "user_job" }]);

    const response = await remove(location);
    expect(response.status).toBe(200);
    expect(await response.json()).not.toHaveProperty("cancel_wanted");
  });

  it("calls off what was not sent yet: nothing is charged, and the key is free", async () => {
    await pauseGenerating();
    const location = (await later()).headers.get("location");
    expect(await calls.read(location)).toMatchObject({ state: "reserved", charged: "no" });

    const response = await remove(location);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ state: "not_charged", charged: "no" });
    expect(calls.requestsTo(path)).toHaveLength(0);
    expect(calls.totals().charges).toBe(0);
  });

  it("stops what is on its way as soon as GEN has answered, and GEN gives the credits back", async () => {
    stack.script({ delayHeadersMs: 700 });
    const location = (await later({ body: VIDEO })).headers.get("location");
    await calls.received(path);
    const response = await remove(location);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ cancel_wanted: true });

    await eventually(calls.totals, ({ refunds }) => refunds === 1);
    expect(await calls.statusAtGen(calls.chargesTo(path)[0]?.generation_id ?? 0)).toBe("stopped");
    expect(calls.totals()).toMatchObject({ charges: 1, refunded_credits: 600 });
  });

  it("stops what has started, also when GEN does not answer to that at first, and is harmless when repeated", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
    const location = (await later({ body: VIDEO })).headers.get("location");
    await calls.reaches(location, "settled");
    stack.gen.control.addFaults({
      rules: [{ match: { path: "/v1/generations/.*/stop" }, outcomes: [{ status: 503, body: "" }] }],
    });
    await remove(location);
    await remove(location);

    await eventually(calls.totals, ({ refunds }) => refunds === 1);
    expect(calls.totals()).toMatchObject({ charges: 1, refunds: 1 });
  });
});

it("a call is its owner's: another client does not find it, neither to read nor to call off", async () => {
  const other = await stack.worker.addClient({ name: "other", scopes: ["read", "generate"] });
  const location = (await later({ body: VIDEO })).headers.get("location") ?? "";
  await calls.reaches(location, "settled");

  expect((await stack.call(location, { headers: { "x-api-key": other } })).status).toBe(404);
  expect((await stack.call(location, { method: "DELETE", headers: { "x-api-key": other } })).status).toBe(404);
  expect((await stack.call(`/v1/calls/${"0".repeat(64)}`)).status).toBe(404);
  expect(await calls.read(location)).not.toHaveProperty("cancel_wanted");
});
