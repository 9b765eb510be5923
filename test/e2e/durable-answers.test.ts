import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Outcome } from "../simulator/faults/outcome.ts";
import { type CallBody, cell, durableCalls, eventually, TEXT, VIDEO } from "../support/durable-calls.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { json, readProblem, type Stack, startStack } from "../support/stack.ts";

let receiver: Receiver;
let stack: Stack;
beforeEach(async () => {
  receiver = await startReceiver();
  stack = await startStack({ NOTIFY_URL: receiver.url, NOTIFY_SECRET: receiver.secret });
});
afterEach(async () => {
  await stack.close();
  await receiver.close();
});

const calls = durableCalls(() => stack);
const scriptAt = (path: string, ...outcomes: Outcome[]) =>
  stack.gen.control.addFaults({ rules: [{ match: { method: "POST", path }, outcomes }] });
const listed = async () => {
  const response = await stack.call("/v1/calls?state=unknown");
  return ((await response.json()) as { calls: { id: string; operation: string }[] }).calls;
};
describe("a 2xx that names nothing of what was started", () => {
  const JOB = { agent_id: 42, user_job_type: "text", data: { prompt: "A job", model: "m" } };
  const RUN = { agent_id: 42, message: "Ideas" };

  it("is passed on for a user job, which is found among the agent's and followed to its end", async () => {
    scriptAt("/v1/user_jobs", { doneThen: { status: 201, body: {} } });
    const accepted = await calls.generate("/v1/user_jobs", { body: JOB, prefer: "respond-async" });
    const call = await eventually(
      () => calls.read(accepted.headers.get("location")),
      ({ started }) => started?.length > 0,
    );
    const id = String(stack.gen.control.ledger().charges[0]?.generation_id);
    expect(call).toMatchObject({ state: "settled", charged: "yes", started: [{ kind: "user_job", id }] });
    expect(call.answer).toEqual({ status: 201, body: {} });
    expect(calls.requestsTo("/v1/user_jobs")).toHaveLength(1);

    await eventually(
      () => receiver.got,
      (got) => got.length > 0,
    );
    expect(receiver.got).toMatchObject([{ type: "generation.settled", data: { kind: "user_job", id } }]);
    expect(await listed()).toEqual([]);
  });

  it("is listed for an operator for a run, which GEN lists nowhere, and resolved by that operator", async () => {
    scriptAt("/v1/agent/run", { doneThen: { status: 202, body: {} } });
    const accepted = await calls.generate("/v1/agent/run", { body: RUN, prefer: "respond-async" });
    const location = accepted.headers.get("location") ?? "";
    const [entry] = await eventually(listed, (all) => all.length > 0);
    expect(location).toBe(`/v1/calls/${entry?.id}`);
    expect(await calls.read(location)).toMatchObject({ state: "settled", charged: "yes", untraced: true, started: [] });
    await eventually(
      () => receiver.got,
      (got) => got.length > 0,
    );
    expect(receiver.got).toMatchObject([{ type: "call.unknown", data: { operation: "runs.create" } }]);
    expect(calls.requestsTo("/v1/agent/run")).toHaveLength(1);

    const resolved = await stack.call(`${location}/resolve`, json("POST", { charged: true }));
    expect(await resolved.json()).not.toHaveProperty("untraced");
    await eventually(listed, (all) => all.length === 0);
  });

  it("is asked for again for sheet actions, which have a key at GEN, and charged once", async () => {
    const path = "/v1/vidsheet/actions";
    scriptAt(path, { doneThen: { status: 200, body: {} } }, { doneThen: { status: 200, body: { results: [] } } });
    const body = { actions: [{ action: "generate", target: { type: "cell", id: 10111 }, ...TEXT }] };
    const accepted = await calls.generate(`${path}?agent_id=42`, { body, prefer: "respond-async" });
    const call = await calls.reaches(accepted.headers.get("location"), "settled");
    expect(call.started).toMatchObject([{ kind: "user_job" }]);
    expect(calls.requestsTo(path)).toHaveLength(3);
    expect(calls.totals().charges).toBe(1);
  });

  it("is an answer for a message that GEN has queued, which names no run", async () => {
    scriptAt("/v1/agent/run", { status: 202, body: { pending_id: 5, conversation_id: "conv_1", status: "queued" } });
    expect((await calls.generate("/v1/agent/run", { body: RUN })).status).toBe(202);
    expect(await listed()).toEqual([]);
    expect(stack.worker.lines.filter(({ untraced }) => untraced)).toEqual([]);
  });
});

describe("evidence that can't be read at first", () => {
  it("is read again within seconds: nothing else has to fail for that", async () => {
    const { path, url } = cell(10111);
    const noCredits = { status: 422, body: { error: "No.", error_code: "insufficient_credits_for_job" } };
    const unavailable = { status: 503, body: "" };
    scriptAt(path, "done_but_lost", noCredits, ...Array(20).fill(unavailable));
    const broken = { status: 500, body: "" };
    stack.gen.control.addFaults({ rules: [{ match: { method: "GET" }, outcomes: Array(4).fill(broken) }] });
    const response = await calls.generate(url);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ generation_id: calls.chargesTo(path)[0]?.generation_id });
    expect(calls.totals().charges).toBe(1);
  });
});

describe("two clients whose answers are lost, in one cell, with the same request", () => {
  it("get what is theirs: one that GEN then refuses takes nothing of the other's, who collects it, and can stop it", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
    const { path, url } = cell(10111);
    const taker = await stack.worker.addClient({ name: "taker" });
    const noCredits = { status: 422, body: { error: "No.", error_code: "insufficient_credits_for_job" } };
    const later = (as: string) => calls.generate(url, { as, body: VIDEO, prefer: "respond-async" });
    scriptAt(path, "reset");
    const taking = (await later(taker)).headers.get("location") ?? "";
    await calls.received(path, 1);
    scriptAt(path, "done_but_lost", ...Array(20).fill(noCredits));
    const paying = (await later(stack.key)).headers.get("location") ?? "";
    await calls.received(path, 5);
    expect(calls.totals().charges).toBe(1);
    for (const location of [taking, paying]) {
      expect(await calls.read(location)).toMatchObject({
        state: expect.stringMatching(/collecting|sending/),
        started: [],
      });
    }

    stack.gen.control.clearFaults();
    const id = String(stack.gen.control.ledger().charges[0]?.generation_id);
    const paid = await calls.reaches(paying, "settled");
    expect(paid.started).toEqual([{ kind: "generation", id }]);
    const own = await eventually(
      () => calls.read(taking, taker),
      ({ state }) => state === "settled",
    );
    expect(own.started).not.toEqual(paid.started);

    const stopped = await stack.call(paying, { method: "DELETE" });
    expect(await stopped.json()).toMatchObject({ stopped: true });
    expect(await calls.statusAtGen(id)).toBe("stopped");
    expect(await calls.statusAtGen(own.started[0]?.id ?? "")).toBe("pending");
    expect(calls.totals().charges).toBe(2);
  });
});

describe("a stop", () => {
  const { url } = cell(10111);
  const start = async (key: string = randomUUID()): Promise<string> => {
    const accepted = await calls.generate(url, { key, body: VIDEO, prefer: "respond-async" });
    const location = accepted.headers.get("location") ?? "";
    await calls.reaches(location, "settled");
    return location;
  };
  const remove = async (location: string) => {
    const response = await stack.call(location, { method: "DELETE" });
    return { status: response.status, call: (await response.json()) as CallBody & { stopped?: boolean } };
  };

  it("is tried again when GEN has asked, after being turned away: the credits come back", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
    const location = await start();
    const away = { status: 429, headers: { "retry-after": "1" }, body: "" };
    stack.gen.control.addFaults({
      rules: [{ match: { method: "POST", path: "/v1/generations/.*/stop" }, outcomes: [away, away] }],
    });
    expect(await remove(location)).toMatchObject({ status: 202, call: { cancel_wanted: true } });
    await eventually(calls.totals, ({ refunds }) => refunds === 1);
    const [first = 0, second = 0, third = 0] = stack.gen.control
      .ledger()
      .requests.filter(({ path }) => path.endsWith("/stop"))
      .map(({ at }) => at);
    for (const gap of [second - first, third - second]) {
      expect(gap).toBeGreaterThanOrEqual(1_000);
      expect(gap).toBeLessThan(4_000);
    }
    const stopped = await eventually(
      () => calls.read(location),
      (call) => "stopped" in call,
    );
    expect(stopped).toMatchObject({ stopped: true });
  });

  it("is confirmed at once when it is done at once", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
    expect(await remove(await start())).toMatchObject({ status: 200, call: { stopped: true } });
    expect(calls.totals().refunds).toBe(1);
  });

  it("is answered as impossible when the generation has ended", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 0, processingMs: 0 } } });
    const location = await start();
    const id = (await calls.read(location)).started[0]?.id;
    await eventually(
      async () => (await stack.call(`/v1/generations/${id}`)).json() as Promise<{ status: string }>,
      ({ status }) => status === "completed",
    );
    const removed = await remove(location);
    expect(removed).toMatchObject({ status: 200, call: { stopped: false, charged: "yes" } });
    expect(removed.call).not.toHaveProperty("cancel_wanted");
  });

  it("is refused when another call has continued and paid for the generation, which goes on", async () => {
    stack.gen.control.changeSettings({ generationMs: { video: { pendingMs: 60_000 } } });
    const first = await start();
    const id = (await calls.read(first)).started[0]?.id;
    await stack.call(`/v1/generations/${id}/stop`, json("POST", { agent_id: "42" }));
    await calls.generate(`/v1/generations/${id}/continue`, { body: { agent_id: "42" } });

    const { status, call } = await remove(first);
    expect([status, call.stopped, call.cancel_wanted]).toEqual([200, false, undefined]);
    expect(await calls.statusAtGen(id ?? "")).toBe("pending");
    await stack.worker.waitForLine(({ message, why }) => message === "not_stopped" && why === "another-call");
  });
});

describe("a send that ended without an answer", () => {
  it.each<[string, Outcome]>([
    ["a connection that was reset", "reset"],
    ["a connection that was closed after GEN's work", "done_but_lost"],
    ["an answer that was cut", { cutBodyAfterBytes: 5 }],
    ["a gateway that has lost GEN", { status: 502, body: "<html>Bad gateway</html>" }],
  ])("is not repeated for three seconds, since GEN may be at work: %s", async (_, outcome) => {
    const { path, url } = cell(10111);
    scriptAt(path, outcome);
    expect((await calls.generate(url)).status).toBe(201);
    const [first = 0, second = 0] = calls.requestsTo(path).map(({ at }) => at);
    expect(second - first).toBeGreaterThanOrEqual(3_000);
    expect(calls.chargesTo(path)).toHaveLength(1);
  });

  it("is told as pending to a caller who has less time", async () => {
    scriptAt(cell(10111).path, "reset");
    const problem = await readProblem(await calls.generate(cell(10111).url, { prefer: "wait=1" }));
    expect(problem).toMatchObject({ error_code: "outcome_pending", charged: "unknown" });
  });
});
