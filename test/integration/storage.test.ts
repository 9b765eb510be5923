import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Activity } from "../../src/activity/activity.ts";
import { GenerationTracker } from "../../src/generations/tracker.ts";
import { getIsolate } from "../../src/isolate.ts";
import {
  answers,
  Call,
  createWorld,
  DAY_MS,
  type Gen,
  Generation,
  generated,
  HOUR_MS,
  lost,
  pass,
  readAlarm,
  readStored,
  until,
} from "./world.ts";

let gen: Gen;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
});

afterEach(() => end());

describe("a call that has ended", () => {
  it("gives its answer again for 24 hours, and then no more", async () => {
    const call = new Call();
    await call.submit(1_000);
    await call.isDone();

    pass(DAY_MS - 1);
    expect((await call.submit(1_000)).view).toMatchObject({ kind: "answered", replayed: true });

    pass(1);
    await call.runAlarm();
    expect([...(await call.stored()).keys()]).toEqual(["record"]);
    expect((await call.submit(1_000)).view.kind).toBe("expired");
    expect(gen.charged).toHaveLength(1);
  });

  it("has its alarm where its answer goes, then where the rest goes", async () => {
    const call = new Call();
    await call.submit(1_000);
    await until(async () => (await call.record())?.followUps.length === 0);
    expect(await call.alarmInMs()).toBe(DAY_MS);

    pass(DAY_MS);
    await call.runAlarm();
    expect(await call.alarmInMs()).toBe(29 * DAY_MS);
  });

  it("leaves nothing behind after 30 days, not even an alarm", async () => {
    const call = new Call();
    await call.submit(1_000);
    await until(async () => (await call.record())?.followUps.length === 0);

    pass(30 * DAY_MS - 1);
    await call.runAlarm();
    expect((await call.stored()).size).toBe(1);

    pass(1);
    await call.runAlarm();
    expect((await call.stored()).size).toBe(0);
    expect(await call.alarmInMs()).toBeNull();
    expect(await call.object.report()).toBeNull();
  });

  it.each([
    ["settled", generated()],
    ["not_charged", answers(422, { error: "No credits", error_code: "insufficient_credits_for_job" })],
  ] as const)("keeps neither the request's body nor its headers: %s", async (kind, behaviour) => {
    gen.posts = behaviour;
    const call = new Call({ headers: { "payment-signature": "signed-by-a-wallet" } });
    await call.submit(1_000);

    const stored = await call.stored();
    expect(await call.state()).toMatchObject({ kind });
    expect(stored.has("body")).toBe(false);
    expect(JSON.stringify([...stored])).not.toContain("signed-by-a-wallet");
  });
});

describe("an unknown call", () => {
  const listed = async (call: Call) => {
    const query = { group: "unknown", any: [], all: [], from: 0, to: Date.now(), limit: 100, cursor: null } as const;
    const page = await getIsolate(env).activity.list(query);
    return page?.rows.some(({ callId }) => callId === call.id);
  };

  const createUnknown = async () => {
    gen.posts = lost;
    const call = new Call({ mode: "once" });
    await call.submit(1_000);
    await call.runAlarm();
    return call;
  };

  it("is listed until a person has looked", async () => {
    const call = await createUnknown();
    expect(await listed(call)).toBe(true);

    await call.object.resolve(true);
    await call.runAlarm();
    expect(await listed(call)).toBe(false);
  });

  it("is no longer listed when its key is used again at once, though taking it off the list failed", async () => {
    const call = await createUnknown();
    const put = vi.spyOn(Activity.prototype, "put").mockRejectedValueOnce(new Error("overloaded"));
    await call.object.resolve(false);
    gen.posts = generated();

    expect((await call.submit(1_000)).view.kind).toBe("answered");
    await until(() => put.mock.calls.length > 0);
    pass(60_000);
    await call.runAlarm();
    await call.runAlarm();
    await call.isDone();
    expect(await listed(call)).toBe(false);
  });

  it("is removed from the list when it is deleted itself, after 30 days", async () => {
    const call = await createUnknown();
    pass(30 * DAY_MS - 1);
    await call.runAlarm();
    expect(await listed(call)).toBe(true);

    pass(1);
    await call.runAlarm();
    expect(await listed(call)).toBe(false);
    expect((await call.stored()).size).toBe(0);
  });
});

describe("the list of an agent's open calls", () => {
  const agent = "agent-of-storage";
  const open = env.OPEN_CALLS.getByName(agent);
  const readRows = () =>
    runInDurableObject(open, (_, { storage }) => {
      const tables = storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'open_calls'").toArray();
      return tables.length === 0 ? null : storage.sql.exec("SELECT call, epoch, input FROM open_calls").toArray();
    });

  it("holds a call from before its first send until what it has started is its own by name", async () => {
    gen.posts = lost;
    const call = new Call({ agentId: agent });
    await call.start();
    expect(await readRows()).toEqual([{ call: call.id, epoch: 0, input: '{"prompt":"A line"}' }]);

    gen.posts = generated(7_401);
    pass(3_000);
    await call.runAlarm();
    await call.rests();
    expect(await readRows()).toEqual([]);
    expect(await env.GENERATIONS.getByName("generation:7401").claimant()).toBe(call.id);
  });

  it("holds no input that is long, and such a call may own anything of its type", async () => {
    gen.posts = lost;
    const data = { prompt: "x".repeat(5_000) };
    const body = new TextEncoder().encode(JSON.stringify({ generation_type: "text", data }));
    const call = new Call({ agentId: agent, body });
    await call.start();
    expect(await readRows()).toEqual([{ call: call.id, epoch: 0, input: null }]);
    expect(await open.others({ callId: "another", type: "text", containerId: "10111" })).toMatchObject([
      { input: null },
    ]);
    expect(await open.others({ callId: "another", type: "song", containerId: "10111" })).toEqual([]);
    await open.leave(call.id, 0);
  });

  it("holds an intent under a key that is used again apart from the one before it", async () => {
    const intent = { callId: "used-again", type: null, containerId: null, input: null, since: Date.now() };
    for (const epoch of [0, 1, 1]) await open.enter({ ...intent, epoch });
    await open.leave("used-again", 0);
    expect(await readRows()).toMatchObject([{ epoch: 1 }]);
    await open.leave("used-again", 1);
  });

  it("leaves nothing behind after three days, whatever has become of a call", async () => {
    await open.enter({ callId: "forgotten", epoch: 0, type: null, containerId: null, input: null, since: Date.now() });
    pass(3 * DAY_MS);
    await runDurableObjectAlarm(open);
    expect(await readRows()).toBeNull();
    expect(await open.others({ callId: "another", type: "text", containerId: null })).toEqual([]);
  });
});

describe("a generation", () => {
  const createSettled = async () => {
    gen.reads = answers(200, { id: 1, status: "completed" });
    const generation = new Generation();
    await generation.begin("call-1");
    await generation.runAlarm();
    return generation;
  };

  it("is kept for 7 days after it has settled, and then leaves nothing behind", async () => {
    const generation = await createSettled();
    expect(await generation.alarmInMs()).toBe(7 * DAY_MS);

    pass(7 * DAY_MS - 1);
    await generation.runAlarm();
    expect(await generation.tracked()).toMatchObject({ phase: "settled" });

    pass(1);
    await generation.runAlarm();
    expect((await generation.stored()).size).toBe(0);
    expect(await generation.alarmInMs()).toBeNull();
    expect(await generation.object.view()).toBeNull();
  });

  it("is kept as long when it was given up", async () => {
    gen.reads = lost;
    const generation = new Generation();
    await generation.begin("call-1");
    pass(24 * HOUR_MS);
    await generation.runAlarm();

    expect(await generation.tracked()).toMatchObject({ phase: "gave-up" });
    expect(await generation.alarmInMs()).toBe(7 * DAY_MS);
  });
});

describe("the owner of a generation, post or conversation", () => {
  it("is kept for 90 days since it last asked for it, and then leaves nothing behind", async () => {
    const post = env.GENERATIONS.getByName("post:5");
    await post.own("client");
    pass(60 * DAY_MS);
    expect([await post.isOwnedBy("another"), await readAlarm(post)]).toEqual([false, 30 * DAY_MS]);
    expect([await post.isOwnedBy("client"), await readAlarm(post)]).toEqual([true, 90 * DAY_MS]);
    expect(await post.view()).toBeNull();

    pass(90 * DAY_MS);
    await runDurableObjectAlarm(post);
    expect([await post.isOwnedBy("client"), (await readStored(post)).size]).toEqual([false, 0]);
  });

  it("is kept longer than the tracking of a generation that goes on", async () => {
    gen.reads = lost;
    const generation = new Generation();
    await generation.begin("call-1");
    pass(24 * HOUR_MS);
    await generation.runAlarm();
    pass(7 * DAY_MS);
    await generation.runAlarm();

    expect(await generation.tracked()).toBeNull();
    expect(await generation.object.isOwnedBy("client")).toBe(true);
    expect(await generation.alarmInMs()).toBe(90 * DAY_MS);
  });

  it("is recorded by the alarm when the object could not be reached", async () => {
    gen.posts = answers(202, { run_id: "r", conversation_id: "c-1" });
    vi.spyOn(GenerationTracker.prototype, "own").mockRejectedValueOnce(new Error("overloaded"));
    const call = new Call({ operation: "runs.create", mode: "once" });
    await call.start();
    await until(async () => (await call.record())?.followUpFailures === 1);
    expect(await env.GENERATIONS.getByName("conversation:c-1").isOwnedBy("client")).toBe(false);
    pass(HOUR_MS);
    await call.runAlarm();
    expect(await env.GENERATIONS.getByName("conversation:c-1").isOwnedBy("client")).toBe(true);
  });
});

describe("what is stored", () => {
  it("never holds GEN's key", async () => {
    gen.posts = lost;
    const call = new Call({ async: true });
    await call.submit(0);
    const generation = new Generation();
    await generation.begin(call.id);

    const everything = [...(await call.stored()), ...(await generation.stored())];
    expect(JSON.stringify(everything)).not.toContain("gen_pat_integration_key");
  });
});
