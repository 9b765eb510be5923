import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { getIsolate } from "../../src/isolate.ts";
import type { Charge } from "../../src/money/ledger/charge.ts";
import { toMonth } from "../../src/money/period.ts";
import { answers, createGate, createWorld, type Gen, Generation, pass, until } from "./world.ts";

const is = (status: string) => answers(200, { status, id: 1 });

let gen: Gen;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
});

afterEach(() => end());

async function begin(): Promise<Generation> {
  gen.reads = is("processing");
  const generation = new Generation();
  await generation.begin("call-1");
  await generation.runAlarm();
  return generation;
}

function createCharge(change: Pick<Charge, "callId" | "at">): Charge {
  const what = { operation: "cells.generate", type: "text", calls: 1, estimate: 20 };
  const whose = { clientId: "client", account: "default", tag: null, agentId: "42", pipeline: null, runId: null };
  return { epoch: 0, ...what, ...whose, ...change };
}

function watch(generation: Generation, lastEventId?: number): Promise<Response> {
  const headers = lastEventId === undefined ? {} : { "last-event-id": String(lastEventId) };
  return generation.object.fetch("https://gen-edge/", { headers });
}

/** Reads a stream until it has had `events` events, then closes it. */
async function read(response: Response, events: number): Promise<string> {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.split("event: ").length <= events) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text;
}

describe("a generation", () => {
  it("is asked for at GEN once a period, however many watch it", async () => {
    const generation = await begin();
    const streams = await Promise.all(Array.from({ length: 20 }, () => watch(generation)));
    for (let period = 0; period < 3; period += 1) {
      pass((await generation.alarmInMs()) ?? Number.NaN);
      await generation.runAlarm();
    }

    expect(gen.asked).toHaveLength(4);
    await Promise.all(streams.map((stream) => stream.body?.cancel()));
  });

  it("has its next alarm while it runs", async () => {
    const generation = await begin();
    expect(await generation.alarmInMs()).toBe(2_000);
  });

  it.each([
    ["pauses all reads of the host when GEN turns its poll away", 429, 20_000],
    ["pauses nothing when GEN refuses its poll, whatever time that names", 404, 0],
  ])("%s", async (_, status, pausedMs) => {
    const generation = await begin();
    gen.reads = () => Response.json({ error: "No" }, { status, headers: { "retry-after": "20" } });
    pass(2_000);
    await generation.runAlarm();

    expect(getIsolate(env).gen.health.api.pauses.remaining("read", Date.now())).toBe(pausedMs);
  });

  it("is polled once more when a webhook comes while GEN is being asked", async () => {
    const generation = await begin();
    const gate = createGate();
    gen.reads = gate.passes(is("processing"));
    pass(2_000);
    const alarm = generation.runAlarm();
    await until(() => gen.asked.length === 2);
    pass(10);
    await generation.object.hint();
    gate.open();
    await alarm;

    expect(await generation.alarmInMs()).toBe(1_000);
  });

  it("is not ended by the answer when it is continued while GEN is being asked", async () => {
    const generation = await begin();
    const gate = createGate();
    gen.reads = gate.passes(is("stopped"));
    pass(2_000);
    const alarm = generation.runAlarm();
    await until(() => gen.asked.length === 2);
    pass(10);
    await generation.begin("call-2", true);
    gate.open();
    await alarm;

    expect(await generation.tracked()).toMatchObject({ phase: "running", callId: "call-2" });
    expect(await generation.alarmInMs()).toBeLessThanOrEqual(1_000);
  });

  it.each([
    ["before its stop was seen", "processing"],
    ["and has ended again before its call knew of that", "completed"],
  ])("that is continued %s gives the charge before back, and goes on under the new one", async (_, seen) => {
    const generation = await begin();
    const at = Date.now();
    const ledger = env.LEDGER.getByName(toMonth(at));
    const job = { kind: "generation", id: generation.id } as const;
    for (const callId of ["call-1", "call-2"])
      await ledger.close({ charge: createCharge({ callId, at }), state: "spent", jobs: [job] });
    const begins = (callId: string, reopens: boolean) =>
      generation.object.begin({ ...generation.createBeginning(callId, reopens), charge: { callId, epoch: 0, at } });
    await begins("call-1", false);
    gen.reads = answers(200, { status: seen, id: 1, execution_cost: 30 });
    pass(15_000);
    await generation.runAlarm();
    await begins("call-2", true);
    await begins("call-2", true);
    await generation.runAlarm();
    expect(await ledger.charge({ callId: "call-1", epoch: 0 })).toMatchObject({ ended: "stopped", credits: 0 });
    gen.reads = answers(200, { status: "completed", id: 1, execution_cost: 30 });
    pass(15_000);
    await generation.runAlarm();
    expect(await ledger.charge({ callId: "call-1", epoch: 0 })).toMatchObject({ ended: "stopped", credits: 0 });
    expect(await ledger.charge({ callId: "call-2", epoch: 0 })).toMatchObject({ ended: "completed", credits: 30 });
  });

  it("that is continued before its first call could name it gives that call's charge back", async () => {
    const generation = new Generation();
    const at = Date.now();
    const ledger = env.LEDGER.getByName(toMonth(at));
    const job = { kind: "generation", id: generation.id } as const;
    const begins = async (callId: string, booked: number, reopens: boolean) => {
      await ledger.close({ charge: createCharge({ callId, at: booked }), state: "spent", jobs: [job] });
      const charge = { callId, epoch: 0, at: booked };
      await generation.object.begin({ ...generation.createBeginning(callId, reopens), charge });
    };
    pass(1_000);
    await begins("call-2", at + 1_000, true);
    await begins("call-1", at, false);
    gen.reads = answers(200, { status: "completed", id: 1, execution_cost: 30 });
    await generation.runAlarm();
    expect(await ledger.charge({ callId: "call-1", epoch: 0 })).toMatchObject({ ended: "stopped", credits: 0 });
    expect(await ledger.charge({ callId: "call-2", epoch: 0 })).toMatchObject({ ended: "completed", credits: 30 });
  });

  it("belongs to the first of two calls that have lost an answer and find it", async () => {
    const generation = new Generation();
    const claims = [generation.createBeginning("call-1"), generation.createBeginning("call-2")].map((beginning) =>
      generation.object.claim(beginning),
    );
    expect(await Promise.all(claims)).toEqual([true, false]);
    expect(await generation.object.claim(generation.createBeginning("call-1"))).toBe(true);
  });

  it("is not started by a hint when nobody here has made it", async () => {
    const generation = new Generation();
    expect(await generation.object.hint()).toBe(false);
    expect(await generation.alarmInMs()).toBeNull();
    expect((await generation.stored()).size).toBe(0);
  });
});

describe("an event stream", () => {
  it("begins with the last state, and tells what is new", async () => {
    const generation = await begin();
    const stream = await watch(generation);
    gen.reads = is("completed");
    pass(2_000);
    const [text] = await Promise.all([read(stream, 2), generation.runAlarm()]);

    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    expect(text).toBe(
      "retry: 2000\n\n" +
        'id: 2\nevent: generation\ndata: {"status":"processing","id":1}\n\n' +
        'id: 3\nevent: generation\ndata: {"status":"completed","id":1}\n\n',
    );
  });

  it("ends after the settled state", async () => {
    const generation = await begin();
    gen.reads = is("failed");
    await generation.object.hint();
    pass(1_000);
    await generation.runAlarm();
    const text = await (await watch(generation)).text();

    expect(text).toContain('data: {"status":"failed","id":1}');
  });

  it("is answered with 204 when its reader has seen the settled state", async () => {
    const generation = await begin();
    gen.reads = is("completed");
    pass(2_000);
    await generation.runAlarm();

    expect((await watch(generation, 3)).status).toBe(204);
    expect((await watch(generation, 2)).status).toBe(200);
  });

  it("does not repeat what its reader has seen", async () => {
    const generation = await begin();
    const stream = await watch(generation, 2);
    gen.reads = is("completed");
    pass(2_000);
    const [text] = await Promise.all([read(stream, 1), generation.runAlarm()]);

    expect(text).toMatch(/^retry: 2000\n\nid: 3\n/);
  });

  it("does not exist for a generation that is not tracked", async () => {
    expect((await watch(new Generation())).status).toBe(404);
  });
});

describe("stopping a generation", () => {
  it("asks GEN, with the generation's agent, and then polls at once", async () => {
    const generation = await begin();
    gen.posts = answers(200, { generation_id: 1, status: "stopped" });
    expect(await generation.object.stop("call-1")).toEqual({ kind: "stopped" });

    expect(gen.charged.map(({ path }) => path)).toEqual([`/v1/generations/${generation.id}/stop`]);
    expect(await generation.alarmInMs()).toBeLessThanOrEqual(1_000);
  });

  it.each([
    ["has ended meanwhile: it is left as it is", "completed", { kind: "not-stopped", why: "ended" }],
    ["was stopped by somebody else: it is stopped", "stopped", { kind: "stopped" }],
    ["goes on all the same: it is still to be stopped", "processing", { kind: "turned-away", askedMs: null }],
  ])("judges by GEN's state when GEN refuses to stop one that %s", async (_, status, stopped) => {
    const generation = await begin();
    gen.posts = answers(422, { error: "No", error_code: "job_cannot_be_stopped" });
    gen.reads = is(status);

    expect(await generation.object.stop("call-1")).toEqual(stopped);
    expect(await generation.tracked()).toMatchObject({ status });
  });

  it("says when to ask again when GEN turns it away", async () => {
    const generation = await begin();
    gen.posts = () => Response.json({}, { status: 429, headers: { "retry-after": "1" } });
    expect(await generation.object.stop("call-1")).toEqual({ kind: "turned-away", askedMs: 1_000 });
  });

  it("is not done for a call that has not made it", async () => {
    const generation = await begin();
    expect(await generation.object.stop("call-2")).toEqual({ kind: "not-stopped", why: "another-call" });
    expect(gen.charged).toHaveLength(0);
  });

  it("leaves alone one that has ended", async () => {
    const generation = await begin();
    gen.reads = is("completed");
    pass(2_000);
    await generation.runAlarm();

    expect(await generation.object.stop("call-1")).toEqual({ kind: "not-stopped", why: "ended" });
    expect(gen.charged).toHaveLength(0);
  });
});
