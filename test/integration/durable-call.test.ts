import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { OpenCalls } from "../../src/calls/evidence/open-calls.ts";
import type { CallState, CallTerms } from "../../src/calls/states/state.ts";
import { accept, apply } from "../../src/calls/states/transitions.ts";
import { GenerationTracker } from "../../src/generations/tracker.ts";
import { getIsolate } from "../../src/isolate.ts";
import {
  answers,
  Call,
  createGate,
  createJob,
  createWorld,
  DAY_MS,
  type Gen,
  Generation,
  generated,
  HOUR_MS,
  heal,
  lost,
  pass,
  until,
} from "./world.ts";

const refused = answers(422, { error: "No credits", error_code: "insufficient_credits_for_job" });
const rateLimited = () => Response.json({}, { status: 429, headers: { "retry-after": "1" } });
const TERMS: CallTerms = { mode: "keyed", async: false, quietMs: 60_000, lostQuietMs: 3_000 };

let gen: Gen;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  heal();
});

afterEach(() => end());

function createSending(): CallState {
  const reserved = apply(accept(0, Date.now()), { kind: "reserved" }, TERMS);
  return apply(reserved, { kind: "sent", at: Date.now() }, TERMS);
}

describe("one key", () => {
  it("is sent once, however many ask at the same time", async () => {
    const gate = createGate();
    gen.posts = gate.passes(generated());
    const call = new Call({ join: true });
    const asked = Array.from({ length: 10 }, () => call.submit(1_000));
    await until(() => gen.charged.length > 0);
    gate.open();

    const answered = await Promise.all(asked);
    expect(answered.map(({ view }) => view.kind)).toEqual(Array(10).fill("answered"));
    expect(gen.charged).toHaveLength(1);
  });

  it("is in flight for a caller who does not wait", async () => {
    const gate = createGate();
    gen.posts = gate.passes(generated());
    const call = new Call();
    const first = call.submit(1_000);
    await until(() => gen.charged.length > 0);

    expect((await call.submit(1_000)).view).toEqual({ kind: "in-flight" });
    gate.open();
    expect((await first).view.kind).toBe("answered");
  });

  it("is the same key at GEN for every send of one intent, and another one for the next intent", async () => {
    gen.script.push(rateLimited, refused, refused);
    const call = new Call();
    await call.start();
    pass(2_000);
    await call.runAlarm();
    await call.start();

    const [first, second, third] = gen.charged.map(({ key }) => key);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it("is another key at GEN for another client", async () => {
    await new Call().submit(1_000);
    await new Call().submit(1_000);
    expect(new Set(gen.charged.map(({ key }) => key)).size).toBe(2);
  });
});

describe("the alarm of a live call", () => {
  it("comes soon while the call is being sent", async () => {
    const gate = createGate();
    gen.posts = gate.passes(generated());
    const call = new Call({ async: true });
    await call.submit(0);
    await until(() => gen.charged.length > 0);

    expect(await call.state()).toMatchObject({ kind: "sending" });
    expect(await call.alarmInMs()).toBe(10_000);
    gate.open();
  });

  it.each([
    ["turned away", rateLimited, "reserved"],
    ["in doubt", answers(500, {}), "collecting"],
  ] as const)("comes when the call is sent again, once it was %s", async (_, behaviour, kind) => {
    gen.posts = behaviour;
    const call = new Call();
    await call.start();
    const state = await call.state();

    expect(state).toMatchObject({ kind });
    const alarm = await call.alarmInMs();
    expect(alarm).toBeGreaterThan(0);
    expect(alarm).toBeLessThanOrEqual(1_000);
  });

  it("is set through an hour of GEN being down, and the call is sent once more when GEN is back", async () => {
    gen.posts = lost;
    const call = new Call();
    await call.start();
    for (const end = Date.now() + HOUR_MS; Date.now() < end; ) {
      pass(Math.max(1, (await call.alarmInMs()) ?? Number.NaN));
      await call.runAlarm();
    }
    const failedSends = gen.charged.length;
    gen.posts = generated();
    for (let alarms = 0; (await call.state())?.kind === "collecting" && alarms < 100; alarms += 1) {
      pass(Math.max(1, (await call.alarmInMs()) ?? Number.NaN));
      await call.runAlarm();
    }

    expect(await call.state()).toMatchObject({ kind: "settled" });
    expect(gen.charged.length).toBe(failedSends + 1);
    expect(failedSends).toBeLessThan(30);
  });
});

describe("a call that its machine left behind", () => {
  it("is in doubt when it was being sent, and is sent again after the quiet time under the same key", async () => {
    const call = new Call();
    await call.leaveBehind(createSending());

    expect(await call.object.report()).toMatchObject({ state: "collecting", charged: "unknown" });
    expect(await call.dueInMs()).toBe(60_000);
    pass(60_000);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "settled" });
    expect(gen.charged).toHaveLength(1);
  });

  it("is not sent again after GEN has forgotten its key: an operator must look", async () => {
    const call = new Call();
    const state = createSending();
    pass(DAY_MS + HOUR_MS);
    await call.leaveBehind(state);

    expect(await call.object.report()).toMatchObject({ state: "collecting" });
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "unknown" });
    expect(gen.charged).toHaveLength(0);
  });

  it("is free when it was not sent yet: its caller is gone and nothing happened", async () => {
    const call = new Call();
    await call.leaveBehind(accept(0, Date.now()));
    expect(await call.object.report()).toMatchObject({ state: "not_charged", charged: "no" });
  });

  it("goes on when it was not sent yet and was to go on by itself", async () => {
    const call = new Call({ async: true });
    await call.leaveBehind(accept(0, Date.now()));

    expect(await call.alarmInMs()).toBe(0);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "settled" });
  });
});

describe("an unexpected error", () => {
  it("leaves the outcome open when it comes while sending, and does not last", async () => {
    vi.spyOn(crypto.subtle, "digest").mockRejectedValueOnce(new Error("out of memory"));
    const call = new Call();
    await call.start();

    expect(await call.state()).toMatchObject({ kind: "collecting" });
    pass(60_000);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "settled" });
  });

  it("is repaired by the alarm when it comes while the started job is handed to its tracker", async () => {
    vi.spyOn(GenerationTracker.prototype, "begin").mockRejectedValueOnce(new Error("overloaded"));
    gen.posts = generated(777);
    const call = new Call();
    await call.start();
    await until(async () => (await call.record())?.followUpFailures === 1);

    expect(await call.alarmInMs()).toBeLessThanOrEqual(10_000);
    await call.runAlarm();
    expect(await env.GENERATIONS.getByName("generation:777").claimant()).toBe(call.id);
  });
});

const encode = (text: string) => new TextEncoder().encode(text);
const ASKED = encode('{"user_job_type":"text","data":{"prompt":"A line"}}');

/** Takes the call off the list of open calls, as if it had ended: it can own no job any more. */
const forget = ({ id }: Call) => env.OPEN_CALLS.getByName("42").leave(id, 99);

describe("evidence", () => {
  // Calls of earlier tests are still open.
  beforeEach(async () => {
    await runInDurableObject(env.OPEN_CALLS.getByName("42"), (_, { storage }) => storage.deleteAll());
  });

  it("is looked for once at a time, whatever comes meanwhile", async () => {
    gen.script.push(lost, refused);
    const gate = createGate();
    gen.reads = gate.passes(answers(200, { generations: [], user_jobs: [] }));
    const call = new Call();
    await call.start();
    pass(3_000);
    const alarm = call.runAlarm();
    await until(() => gen.asked.length > 0);
    await call.object.cancel();
    gate.open();
    await alarm;

    expect(gen.asked.filter(({ path }) => path.endsWith("/generations"))).toHaveLength(1);
    expect(await call.state()).toMatchObject({ kind: "collecting", reconcile: false });
  });

  /** A call in doubt whose repeat GEN refuses, so that it looks for evidence. */
  async function look(change: ConstructorParameters<typeof Call>[0] = {}): Promise<Call> {
    gen.script.push(lost, refused);
    const call = new Call(change);
    await call.start();
    pass(3_000);
    await call.runAlarm();
    return call;
  }

  it("settles the call, which is the job's claimant from then on", async () => {
    gen.reads = answers(200, { user_jobs: [createJob(9_777)] });
    const call = await look();
    expect(await call.state()).toMatchObject({ kind: "settled", adopted: true });
    expect(await env.GENERATIONS.getByName("generation:9777").claimant()).toBe(call.id);
  });

  it.each([
    ["the same client's", {}],
    ["another client's", { clientId: "other" }],
    ["sheet actions, which may generate anything anywhere", { operation: "sheets.act", path: "/vidsheet/actions" }],
    ["a user job, which may stand anywhere", { operation: "user_jobs.create", body: ASKED, mode: "once" }],
  ] as const)("is no call's while another open call could own it: %s", async (_, change) => {
    gen.script.push(lost);
    const other = new Call(change);
    await other.start();
    gen.reads = answers(200, { user_jobs: [createJob(`shared-${other.id}`)] });
    expect(await (await look()).state()).toMatchObject({ kind: "collecting", reconcile: false });
    expect(gen.asked.length).toBeGreaterThan(0);
    expect(await env.GENERATIONS.getByName(`generation:shared-${other.id}`).claimant()).toBeNull();
    await forget(other);
  });

  it.each([
    ["one in another cell", { path: "/vidsheet/101/cells/9/generate", params: { sheet: "101", cell: "9" } }],
    ["one of another type", { body: encode('{"generation_type":"song","data":{"prompt":"A line"}}') }],
    ["one with another input", { body: encode('{"generation_type":"text","data":{"prompt":"Another"}}') }],
    ["one that starts no jobs", { operation: "runs.create", path: "/agent/run", mode: "once" }],
  ] as const)("is the call's though others are open that can't own it: %s", async (_, change) => {
    gen.script.push(lost);
    const other = new Call(change);
    await other.start();
    gen.reads = answers(200, { user_jobs: [createJob(`own-${other.id}`)] });
    expect(await (await look()).state()).toMatchObject({ kind: "settled", adopted: true });
    await forget(other);
  });

  it("is the call's though another one was sent after the job was made", async () => {
    gen.reads = answers(200, { user_jobs: [createJob("made-before")] });
    gen.script.push(lost);
    const call = new Call();
    await call.start();
    pass(2_500);
    gen.script.push(lost);
    const other = new Call();
    await other.start();
    gen.script.push(refused);
    pass(500);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "settled" });
    await forget(other);
  });

  it.each([
    ["that was refused", () => refused],
    ["whose answer came", () => generated(7_001)],
  ])("is the call's once another call is known to own another job, or none: one %s", async (_, behave) => {
    gen.script.push(behave());
    const other = new Call();
    await other.start();
    await until(async () => !(await other.record())?.followUps.length);
    gen.reads = answers(200, { user_jobs: [createJob(`later-${other.id}`)] });
    expect(await (await look()).state()).toMatchObject({ kind: "settled", adopted: true });
  });

  it("is no call's while the sheet can't be read and a call in any cell could own it", async () => {
    gen.script.push(lost);
    const other = new Call({ path: "/vidsheet/101/cells/9/generate", params: { sheet: "101", cell: "9" } });
    await other.start();
    const closed = answers(422, { error: "No credits", error_code: "usable_gen_credit_required" });
    const jobs = answers(200, { user_jobs: [createJob("anywhere")] });
    gen.reads = (sent) => (sent.path === "/v1/user_jobs" ? jobs : closed)(sent);
    const call = await look();
    expect(await call.state()).toMatchObject({ kind: "collecting" });

    await forget(other);
    gen.script.push(refused);
    pass((await call.alarmInMs()) ?? 0);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "settled", adopted: true });
  });

  it("could be that of a call that the open calls' list does not hold yet: it is not sent before", async () => {
    vi.spyOn(OpenCalls.prototype, "enter").mockRejectedValueOnce(new Error("overloaded"));
    const call = new Call();
    await call.start();
    expect(gen.charged).toHaveLength(0);
    expect(await call.state()).toMatchObject({ kind: "reserved" });

    gen.script.push(lost);
    pass(30_000);
    await call.runAlarm();
    await call.rests();
    expect(gen.charged).toHaveLength(1);
    expect(await env.OPEN_CALLS.getByName("42").others({ callId: "x", type: "text", containerId: null })).toHaveLength(
      1,
    );
  });

  it("is no call's when the list of open calls can't be asked: that is no look", async () => {
    vi.spyOn(OpenCalls.prototype, "others").mockRejectedValueOnce(new Error("overloaded"));
    gen.reads = answers(200, { user_jobs: [createJob("not-asked")] });
    expect(await (await look()).state()).toMatchObject({ kind: "collecting", reconcile: true });
  });

  it("may have any id", async () => {
    gen.reads = answers(200, { user_jobs: [createJob("gen.01ADOPTED")] });
    const call = await look();
    expect((await call.object.report())?.jobs).toEqual([{ kind: "generation", id: "gen.01ADOPTED" }]);
  });

  it.each([
    ["was given another input", { data: { prompt: "Another line" } }],
    ["was given less than the call asks for", { data: {} }],
    ["does not show what it was given", { data: null }],
    ["is of another type", { user_job_type: "song" }],
    ["was made before the call was sent", { created_at: new Date(Date.UTC(2_099, 0, 1)).toISOString() }],
    ["was made nobody knows when", { created_at: "yesterday" }],
  ])("is no job that %s", async (_, change) => {
    gen.reads = answers(200, { user_jobs: [createJob(9_780, change)] });
    expect(await (await look()).state()).toMatchObject({ kind: "collecting", reconcile: false });
    expect(await env.GENERATIONS.getByName("generation:9780").claimant()).toBeNull();
  });

  it("is no job that was made two seconds before the call was sent, by GEN's own clock", async () => {
    const ahead = 3_600_000;
    const before = new Date(Date.now() + ahead - 2_000).toISOString();
    const { call } = await lookAtClock(ahead, createJob(9_781, { created_at: before }));
    expect(await call.state()).toMatchObject({ kind: "collecting" });

    const after = new Date(Date.now() - 3_000 - ahead + 10).toISOString();
    const behind = await lookAtClock(-ahead, createJob(9_782, { created_at: after }));
    expect(await behind.call.state()).toMatchObject({ kind: "collecting" });
  });

  /** Lets GEN's clock be `aheadMs` ahead of ours. */
  async function lookAtClock(aheadMs: number, job: object): Promise<{ call: Call }> {
    gen.reads = () => {
      const date = new Date(Date.now() + aheadMs).toUTCString();
      return Response.json({ user_jobs: [job] }, { headers: { date } });
    };
    return { call: await look() };
  }

  it.each([3_600_000, -3_600_000])("is known by GEN's clock, which is %i ms ahead of ours", async (aheadMs) => {
    const created_at = new Date(Date.now() + aheadMs + 50).toISOString();
    const { call } = await lookAtClock(aheadMs, createJob(9_790 + Math.sign(aheadMs), { created_at }));
    expect(await call.state()).toMatchObject({ kind: "settled" });
  });

  it("proves nothing when two jobs fit", async () => {
    gen.reads = answers(200, { user_jobs: [createJob(9_783), createJob(9_784)] });
    expect(await (await look()).state()).toMatchObject({ kind: "collecting" });
  });

  it("is asked for by name where the list does not show what the job was given", async () => {
    const { id, data, ...made } = createJob(9_785);
    gen.reads = ({ path }) => {
      if (path === `/v1/user_jobs/${id}`) return Response.json({ id, data });
      if (path.endsWith("/generations"))
        return Response.json({ generations: [{ ...made, generation_id: id, container_id: 10_111 }] });
      return Response.json({ user_jobs: [] });
    };
    expect(await (await look()).state()).toMatchObject({ kind: "settled", adopted: true });
  });

  it.each([
    ["a broken connection", lost, 9_801],
    ["a 500", answers(500, {}), 9_802],
    ["a 429", rateLimited, 9_803],
    ["a firewall's page", () => new Response("<html>Blocked</html>", { status: 403 }), 9_804],
  ])("is read again within seconds when it could not be read because of %s", async (_, behave, id) => {
    gen.reads = behave;
    const call = await look();
    expect(await call.state()).toMatchObject({ kind: "collecting", reconcile: true, failedLooks: 1 });
    gen.posts = lost;
    gen.reads = answers(200, { user_jobs: [createJob(id)] });
    for (let alarms = 0; alarms < 3 && (await call.state())?.kind !== "settled"; alarms += 1) {
      expect(await call.alarmInMs()).toBeLessThanOrEqual(3_000);
      pass((await call.alarmInMs()) ?? 0);
      await call.runAlarm();
    }
    expect(await call.state()).toMatchObject({ kind: "settled", adopted: true });
  });

  it("is read again when it can't be read at 22 hours: one failed read makes no call unknown", async () => {
    gen.posts = lost;
    gen.reads = lost;
    const call = new Call();
    await call.start();
    pass(22 * HOUR_MS);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "collecting" });
    gen.reads = answers(200, { user_jobs: [] });
    pass((await call.alarmInMs()) ?? 0);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "unknown" });
  });

  it("is not what a sheet action has started: that is another call's", async () => {
    const job = { kind: "user_job", id: "91777" } as const;
    const beginning = new Generation().createBeginning("another call");
    await env.GENERATIONS.getByName("user_job:91777").begin({ ...beginning, job });
    gen.script.push(lost, refused);
    gen.reads = answers(200, { user_jobs: [createJob(91_777)] });
    const call = new Call();
    await call.start();
    pass(3_000);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "collecting" });
  });
});

describe("an answer of GEN", () => {
  it("is not GEN's when it names no generation: the call stays in doubt", async () => {
    gen.posts = answers(200, { welcome: "to our wireless network" });
    const call = new Call();
    await call.start();
    expect(await call.state()).toMatchObject({ kind: "collecting" });
  });

  it.each([
    ["as it was: under the same key at GEN", "the same", 1],
    ["with the token in it: under another, since GEN would take it for a conflict", "with the token", 2],
  ])("is passed on when it asks for a confirmation, and the request comes again %s", async (_, fingerprint, keys) => {
    gen.script.push(answers(428, { error_code: "confirmation_required", confirm_token: "t" }));
    const call = new Call({ fingerprint: "the same" });
    const first = await call.submit(1_000);
    const second = await call.submit(1_000, { fingerprint });

    expect(first.view).toMatchObject({ kind: "answered", answer: { status: 428 } });
    expect(second.view).toMatchObject({ kind: "answered", answer: { status: 201 } });
    expect(new Set(gen.charged.map(({ key }) => key)).size).toBe(keys);
  });

  it("is not passed on when it asks to confirm a call in doubt: a confirmed one would be another call", async () => {
    gen.script.push(lost);
    gen.posts = answers(428, { error_code: "confirmation_required", confirm_token: "t" });
    const call = new Call();
    await call.start();
    pass(3_000);
    await call.runAlarm();
    expect(gen.charged).toHaveLength(2);
    expect((await call.submit(0, { join: false })).view).toEqual({ kind: "in-flight" });
  });

  it("is passed on at once when it asks to be asked again, and is never the answer of an unknown call", async () => {
    gen.posts = answers(202, { error_code: "generation_pending", retryable: true, retry_after_seconds: 61 });
    const call = new Call({ operation: "sheets.act" });
    const { view } = await call.submit(60_000);
    expect(view).toMatchObject({ kind: "deferred", answer: { status: 202 } });
    expect(gen.charged).toHaveLength(1);
    expect(await call.dueInMs()).toBe(61_000);

    pass(22 * HOUR_MS);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "unknown" });
    await call.object.resolve(true);
    expect((await call.submit(1_000)).view).toEqual({ kind: "expired" });
  });

  it("is waited for by a caller who can wait a while, though the call goes on by itself", async () => {
    const { view } = await new Call({ async: true }).submit(1_000);
    expect(view).toMatchObject({ kind: "answered" });
  });
});

describe("a cancelled call", () => {
  it("is not sent again when GEN turns it away", async () => {
    const gate = createGate();
    gen.posts = gate.passes(rateLimited);
    const call = new Call();
    const waiting = call.submit(60_000);
    await until(() => gen.charged.length === 1);
    await call.object.cancel();
    gate.open();

    expect((await waiting).view).toMatchObject({ kind: "not_charged", why: "cancelled" });
    expect(gen.charged).toHaveLength(1);
  });

  it("is stopped at GEN when GEN has begun it", async () => {
    const gate = createGate();
    gen.script.push(gate.passes(generated(888)));
    gen.posts = answers(200, { generation_id: 888, status: "stopped" });
    const call = new Call();
    const waiting = call.submit(60_000);
    await until(() => gen.charged.length === 1);
    await call.object.cancel();
    gate.open();

    expect((await waiting).view).toMatchObject({ kind: "answered" });
    await call.runAlarm();
    expect(gen.charged.map(({ path }) => path)).toContain("/v1/generations/888/stop");
  });

  it("says so once in its story, however often it is cancelled", async () => {
    const call = new Call({ operation: "user_jobs.create", path: "/user_jobs", params: {}, agentId: "42" });
    gen.posts = answers(201, { user_job_id: 77 });
    await call.submit(1_000);
    await call.isDone();
    for (let n = 0; n < 50; n += 1) {
      await call.object.cancel();
      await call.isDone();
    }
    const { story = [] } = (await call.record()) ?? {};
    expect(story.map(({ what }) => what)).toEqual([
      ...["accepted", "reserved", "sent", "answered", "settled", "followed"],
      ...["cancelled", "not_stopped"],
    ]);
  });

  it("leaves its generation to another call that has continued and paid for it", async () => {
    gen.posts = generated(4_242);
    const call = new Call();
    await call.start();
    const tracker = env.GENERATIONS.getByName("generation:4242");
    await until(async () => (await tracker.claimant()) === call.id);
    gen.reads = answers(200, { id: 4_242, status: "stopped" });
    await runDurableObjectAlarm(tracker);
    gen.reads = answers(200, { id: 4_242, status: "processing" });
    const path = "/generations/4242/continue";
    const next = new Call({ operation: "generations.continue", path, params: { generation: "4242" } });
    await next.start();
    await until(async () => (await tracker.claimant()) === next.id);

    await call.object.cancel();
    await call.rests();
    expect(gen.charged.filter(({ path }) => path.endsWith("/stop"))).toEqual([]);
    await next.object.cancel();
    await until(() => gen.charged.some(({ path }) => path.endsWith("/stop")));
  });
});

describe("repeats that the retry throttle holds back", () => {
  it("go out after five minutes all the same: nothing else might ever make it recover", async () => {
    gen.script.push(lost);
    const call = new Call();
    await call.start();
    const { api } = getIsolate(env).gen.health;
    for (let n = 0; n < 25; n += 1) {
      const permit = api.begin(Date.now(), "client");
      if (permit) api.recordHasty(permit);
    }

    pass(3_000);
    await call.runAlarm();
    expect(gen.charged).toHaveLength(1);
    expect(await call.alarmInMs()).toBe(5_000);

    pass(5 * 60_000);
    await call.runAlarm();
    expect(gen.charged).toHaveLength(2);
    expect(await call.state()).toMatchObject({ kind: "settled" });
  });
});
