import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Activity } from "../../src/activity/activity.ts";
import { toActivityName, toShard } from "../../src/activity/activity-day.ts";
import { ActivityDays, type CallQuery } from "../../src/activity/activity-days.ts";
import { type CallRow, toTerm } from "../../src/activity/call-row.ts";
import { Traffic } from "../../src/activity/traffic.ts";
import { getIsolate } from "../../src/isolate.ts";
import { createRow, UNKNOWN } from "../support/call-rows.ts";
import {
  answers,
  Call,
  createGate,
  createWorld,
  DAY_MS,
  FREE,
  type Gen,
  Generation,
  generated,
  HOUR_MS,
  heal,
  lost,
  pass,
  until,
} from "./world.ts";

let gen: Gen;
let end: () => void;
beforeEach(() => {
  ({ gen, end } = createWorld());
  // Noon: what was accepted in the hours before is of the same day.
  pass(12 * HOUR_MS);
  heal();
});
afterEach(() => end());

const days = (shards = 1) => new ActivityDays({ ...getIsolate(env), shards });

async function put(rows: readonly CallRow[], shards = 1): Promise<void> {
  for (const row of rows) {
    const name = toActivityName(row.acceptedAt, toShard(row.callId, shards));
    await env.ACTIVITY.getByName(name).put(row);
  }
}

const toQuery = (change: Partial<CallQuery> = {}): CallQuery => {
  const to = Number.MAX_SAFE_INTEGER - 1;
  return { group: null, any: [], all: [], from: 0, to, limit: 100, cursor: null, ...change };
};

async function list(change: Partial<CallQuery> = {}, shards = 1): Promise<readonly CallRow[]> {
  return (await days(shards).list(toQuery(change)))?.rows ?? [];
}

/** All pages of a list, and how many there were. */
async function listAll(change: Partial<CallQuery>, shards = 1): Promise<{ rows: CallRow[]; pages: number }> {
  const rows: CallRow[] = [];
  let cursor: string | null = null;
  let pages = 0;
  do {
    const page = await days(shards).list(toQuery({ ...change, cursor }));
    if (page === null) throw new Error("The cursor was refused.");
    rows.push(...page.rows);
    pages += 1;
    cursor = page.cursor;
  } while (cursor !== null);
  return { rows, pages };
}

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n);
const ids = (rows: readonly CallRow[]) => rows.map(({ callId }) => callId);

describe("a list of calls", () => {
  it("has every call once, newest first, over pages, days and shards", async () => {
    const rows = numbers(60).map((n) => createRow(n, { acceptedAt: Date.now() - (n % 12) * 5 * HOUR_MS - n }));
    await put(rows, 3);
    const { rows: found, pages } = await listAll({ limit: 7 }, 3);

    const newestFirst = rows.toSorted((a, b) => b.acceptedAt - a.acceptedAt);
    expect(ids(found)).toEqual(ids(newestFirst));
    expect(pages).toBe(9);
  });

  it("has what was accepted within two times, both included", async () => {
    const now = Date.now();
    await put(numbers(10).map((n) => createRow(n, { acceptedAt: now - n * 1_000 })));
    expect(ids(await list({ from: now - 5_000, to: now - 3_000 }))).toEqual(ids([3, 4, 5].map((n) => createRow(n))));
  });

  it.each([
    ["client", "other", { clientId: "other" }],
    ["agent", "7", { agentId: "7" }],
    ["operation", "runs.create", { operation: "runs.create" }],
    ["tag", "customer-17", { tag: "customer-17" }],
    ["pipeline", "fill", { pipeline: "fill" }],
    ["state", "free", { group: "free", state: "not_charged", charged: "no" }],
  ] as const)("is by %s, also together with another filter", async (field, value, change) => {
    const acceptedAt = Date.now();
    await put(
      [createRow(1), createRow(2, change), createRow(3, change)].map((row) => ({
        ...row,
        acceptedAt,
      })),
    );
    const found = (await list({ all: [toTerm(field, value)] })).map(({ callId }) => callId);
    expect(found.toSorted()).toEqual(ids([createRow(2), createRow(3)]).toSorted());
    expect(ids(await list({ all: [toTerm(field, value), toTerm("id", "request-3")] }))).toEqual([createRow(3).callId]);
  });

  it.each(["request-2", "job-2", "run-2", "tag-2"])("finds a call by any of its ids: %s", async (id) => {
    await put([createRow(1), createRow(2, { runId: "run-2", tag: "tag-2" })]);
    expect(ids(await list({ any: [toTerm("id", "nothing"), toTerm("id", id)] }))).toEqual([createRow(2).callId]);
  });

  it("goes on where few rows fit a filter, and leaves none out", async () => {
    const start = Date.now();
    const many = numbers(4_500).map((n) =>
      createRow(n, { acceptedAt: start - n, agentId: n % 1_500 === 0 ? "9" : "42" }),
    );
    const object = env.ACTIVITY.getByName(toActivityName(start, 0));
    await runInDurableObject(object, async (instance: Activity) => {
      for (const row of many) await instance.put(row);
    });
    const three = ids([0, 1_500, 3_000].map((n) => createRow(n)));
    const { rows, pages } = await listAll({ all: [toTerm("client", "client"), toTerm("agent", "9")] });
    expect([ids(rows), pages]).toEqual([three, 3]);
    const { rows: again, pages: more } = await listAll({
      all: [toTerm("state", "settled"), toTerm("agent", "9")],
      limit: 1,
    });
    expect([ids(again), more]).toEqual([three, 4]);
  });

  it("refuses a cursor that is none of it", async () => {
    for (const cursor of ["x", "WzAsMF0", btoa('[1,"x"]'), btoa("{}")]) {
      expect(await days().list(toQuery({ cursor }))).toBeNull();
      expect(await days().list(toQuery({ cursor, group: "open" }))).toBeNull();
    }
  });
});

describe("what waits for a person", () => {
  it("is not hidden by 1,600 free calls of another client, nor by its charged ones, on any day", async () => {
    const [now, yesterday] = [Date.now(), Date.now() - DAY_MS];
    const attack = (n: number, costs: boolean) => {
      const operation = costs ? "cells.generate" : "posts.create";
      return createRow(n, { ...UNKNOWN, clientId: "attacker", costs, operation, acceptedAt: now - n });
    };
    const object = env.ACTIVITY.getByName(toActivityName(now, 0));
    await runInDurableObject(object, async (instance: Activity) => {
      for (const n of numbers(1_600)) await instance.put(attack(n, false));
      for (const n of numbers(200, 1_600)) await instance.put(attack(n, true));
    });
    const six = numbers(6, 5_000).map((n) =>
      createRow(n, { ...UNKNOWN, clientId: "victim", acceptedAt: yesterday - n }),
    );
    await put(six);

    const top = await list({ group: "unknown", limit: 12 });
    expect(ids(top).filter((id) => ids(six).includes(id))).toHaveLength(6);
    const { rows } = await listAll({ group: "unknown" });
    expect([rows.length, new Set(ids(rows)).size]).toEqual([1_806, 1_806]);
    expect(rows.slice(0, 206).every(({ costs }) => costs)).toBe(true);
  });

  it("is counted on all days, and no longer when it has ended", async () => {
    const [now, old] = [Date.now(), Date.now() - 20 * DAY_MS];
    await put([
      createRow(1, { ...UNKNOWN, acceptedAt: old }),
      createRow(2, { group: "open", state: "collecting", acceptedAt: now - 1_000 }),
      createRow(3, { group: "open", state: "sending", acceptedAt: now }),
      createRow(4),
    ]);
    const activity = days();
    expect(await activity.countWaiting()).toEqual({ open: 2, unknown: 1, oldestOpenAt: now - 1_000 });
    pass(1);
    await put([
      createRow(1, { acceptedAt: old, changedAt: Date.now() }),
      createRow(2, { acceptedAt: now - 1_000, changedAt: Date.now() }),
    ]);
    expect(await activity.countWaiting()).toEqual({ open: 1, unknown: 0, oldestOpenAt: now });
    expect(ids(await list({ group: "open" }))).toEqual([createRow(3).callId]);
  });

  it("is asked of few objects once the days before have come to rest, and of all again after an hour", async () => {
    const activity = days();
    const counts = vi.spyOn(Activity.prototype, "counts");
    await activity.countWaiting();
    const first = counts.mock.calls.length;
    await activity.countWaiting();
    expect([first, counts.mock.calls.length - first]).toEqual([32, 4]);
    await put([createRow(1, { ...UNKNOWN, acceptedAt: Date.now() - 10 * DAY_MS })]);
    pass(HOUR_MS);
    expect(await activity.countWaiting()).toMatchObject({ unknown: 1 });
  });

  it("of an earlier version's list is handed over when somebody looks", async () => {
    gen.posts = lost;
    const call = new Call({ mode: "once" });
    const put = vi.spyOn(Activity.prototype, "put").mockRejectedValue(new Error("not yet"));
    await call.submit(1_000);
    put.mockRestore();
    await runInDurableObject(env.ACTIVITY.getByName("all"), (_, { storage }) =>
      storage.kv.put(call.id, { callId: call.id }),
    );

    expect(ids(await list({ group: "unknown" }))).toEqual([call.id]);
    await runInDurableObject(env.ACTIVITY.getByName("all"), (_, { storage }) =>
      expect([...storage.kv.list()]).toEqual([]),
    );
  });
});

/** A call that GEN's pause holds for so long that it is shown, and then once more. */
async function holdCall(pauseMs: number, againMs: number): Promise<Call> {
  const { pauses } = getIsolate(env).gen.health.api;
  pauses.pause("generate", pauseMs, Date.now());
  const call = new Call({ async: true });
  await call.submit(0);
  await call.rests();
  pass(30_000);
  pauses.pause("generate", againMs, Date.now());
  await call.runAlarm();
  return call;
}

describe("the row of a call", () => {
  const find = async (id: string) => (await list()).find(({ callId }) => callId === id);

  it("is written after its end, in one request, and says whose it is and what came of it", async () => {
    const put = vi.spyOn(Activity.prototype, "put");
    const call = new Call({ requestId: "r-1", tag: "customer-17", operation: "cells.generate" });
    await call.submit(1_000);
    await until(async () => (await call.record())?.followUps.length === 0);

    expect(put).toHaveBeenCalledTimes(1);
    expect(await find(call.id)).toMatchObject({
      clientId: "client",
      operation: "cells.generate",
      agentId: "42",
      sheetId: "101",
      cellId: "10111",
      tag: "customer-17",
      requestIds: ["r-1"],
      group: "settled",
      charged: "yes",
      jobs: [{ kind: "generation", id: "9000" }],
    });
  });

  it("is there within a minute of being accepted while a send hangs, and is followed by the end", async () => {
    const gate = createGate();
    gen.posts = gate.passes(generated());
    const call = new Call({ async: true });
    await call.submit(0);
    await until(() => gen.charged.length > 0);
    pass(30_000);
    const alarm = call.runAlarm();
    await until(async () => (await find(call.id)) !== undefined);
    expect(await find(call.id)).toMatchObject({ group: "open", state: "sending", charged: "unknown" });
    gate.open();
    await alarm;
    await until(async () => (await call.record())?.followUps.length === 0);
    expect(await find(call.id)).toMatchObject({ group: "settled" });
    expect(await list({ group: "open" })).toEqual([]);
  });

  it("is there for a call that waits to be sent again, with when that will be", async () => {
    gen.posts = answers(500, {});
    const call = new Call({ async: true });
    await call.start();
    for (let ms = 0; ms < 30_000; ) {
      const wait = Math.max(1, (await call.alarmInMs()) ?? 1);
      pass(wait);
      ms += wait;
      await call.runAlarm();
    }
    const row = await find(call.id);
    expect(row).toMatchObject({ group: "open", failure: { status: 500 } });
    expect(row?.nextAt).toBeGreaterThan(Date.now() - 30_000);
  });

  it("follows what comes of an open call's later sends", async () => {
    const call = await holdCall(30_000, 1_000);
    expect(await find(call.id)).toMatchObject({ group: "open", state: "reserved", charged: "no", failure: null });
    gen.posts = answers(500, {});
    for (const ms of [1_000, 5_000]) {
      pass(ms);
      await call.runAlarm();
    }
    expect(await find(call.id)).toMatchObject({ state: "collecting", charged: "unknown", failure: { status: 500 } });
  });

  it("is found by the requests that join the call after it was written, while the call is still open", async () => {
    gen.posts = answers(500, {});
    const call = new Call({ async: true, requestId: "first" });
    await call.start();
    pass(30_000);
    await call.runAlarm();
    const findBy = async (id: string) => ids(await list({ any: [toTerm("id", id)], group: "open" }));
    expect(await findBy("first")).toEqual([call.id]);
    for (const requestId of ["second", "third"]) await call.submit(0, { requestId });
    expect(await call.alarmInMs()).toBeLessThanOrEqual(5_000);
    pass(5_000);
    await call.runAlarm();

    for (const requestId of ["first", "second", "third"]) expect(await findBy(requestId), requestId).toEqual([call.id]);
  });

  it("is found by a request that joins the call while the row is being written", async () => {
    gen.posts = answers(500, {});
    const call = new Call({ async: true, requestId: "first" });
    await call.start();
    const put = vi.spyOn(Activity.prototype, "put").mockImplementationOnce(async () => {
      await call.submit(0, { requestId: "second" });
    });
    pass(30_000);
    await call.runAlarm();
    put.mockRestore();
    pass(5_000);
    await call.runAlarm();
    expect(ids(await list({ any: [toTerm("id", "second")] }))).toEqual([call.id]);
  });

  it("is found by the requests of the calls before it under its key", async () => {
    gen.posts = answers(422, { error: "No credits", error_code: "insufficient_credits_for_job" });
    const call = new Call();
    for (const requestId of ["first", "second"]) {
      await call.submit(1_000, { requestId });
      await call.isDone();
      pass(1_000);
    }
    gen.posts = generated();
    await call.submit(1_000, { requestId: "third" });
    await call.isDone();

    for (const requestId of ["first", "second", "third"]) {
      const rows = await list({ any: [toTerm("id", requestId)] });
      expect(rows, requestId).toMatchObject([
        { callId: call.id, group: "settled", requestIds: ["third", "second", "first"] },
      ]);
    }
    const { story = [] } = (await call.record()) ?? {};
    const accepted = story.filter(({ what }) => what === "accepted").map(({ requestId }) => requestId);
    expect(accepted).toEqual(["first", "second", "third"]);
  });

  it("is written again until it is there", async () => {
    const put = vi.spyOn(Activity.prototype, "put").mockRejectedValueOnce(new Error("overloaded"));
    const call = new Call();
    await call.submit(1_000);
    await until(async () => (await call.record())?.followUpFailures === 1);
    put.mockRestore();
    pass(2_000);
    await call.runAlarm();
    expect(await find(call.id)).toMatchObject({ group: "settled" });
  });

  it("is none for a call that was refused here and never sent, and goes when it was open before", async () => {
    const refused = new Call({
      spending: { ...FREE, budgets: [{ of: "client", name: "client", unit: "calls", per: "day", limit: 0 }] },
    });
    await refused.submit(1_000);
    await until(async () => (await refused.record())?.followUps.length === 0);

    const held = await holdCall(60_000, 60_000);
    expect(await find(held.id)).toMatchObject({ group: "open" });
    await held.object.cancel();
    await until(async () => (await held.record())?.followUps.length === 0);

    expect(await list()).toEqual([]);
  });

  it("moves to the day of the next call under its key", async () => {
    gen.posts = answers(422, { error: "No credits", error_code: "insufficient_credits_for_job" });
    const call = new Call();
    await call.submit(1_000);
    await until(async () => (await call.record())?.followUps.length === 0);
    const { acceptedAt } = (await find(call.id)) ?? { acceptedAt: 0 };
    pass(3 * DAY_MS);
    gen.posts = generated();
    await call.submit(1_000);
    await until(async () => (await call.record())?.followUps.length === 0);

    const rows = (await list()).filter(({ callId }) => callId === call.id);
    expect(rows).toMatchObject([{ group: "settled" }]);
    expect(rows[0]?.acceptedAt).toBe(acceptedAt + 3 * DAY_MS);
  });

  it("is six rows written, by which docs/scale.md reckons: itself, client, operation, agent, request and generation", async () => {
    const row = createRow(1);
    const object = env.ACTIVITY.getByName(toActivityName(row.acceptedAt, 0));
    await object.put(createRow(2));
    const written = await runInDurableObject(object, async (instance: Activity, { storage }) => {
      const { exec } = storage.sql;
      const cursors: { rowsWritten: number }[] = [];
      vi.spyOn(storage.sql, "exec").mockImplementation((...given: Parameters<typeof exec>) => {
        const cursor = exec.apply(storage.sql, given);
        cursors.push(cursor);
        return cursor;
      });
      await instance.put(row);
      return cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0);
    });
    expect(written).toBe(6);
  });

  it("never goes back from its end to being open", async () => {
    const at = Date.now();
    await put([createRow(1, { acceptedAt: at, changedAt: at })]);
    await put([createRow(1, { acceptedAt: at, changedAt: at, group: "open", state: "sending" })]);
    expect(await list()).toMatchObject([{ group: "settled" }]);
  });
});

describe("a day", () => {
  it("is deleted with all that is in it when it is 32 days old, and takes nothing any more", async () => {
    const row = createRow(1);
    await put([row]);
    const object = env.ACTIVITY.getByName(toActivityName(row.acceptedAt, 0));
    const stored = () => runInDurableObject(object, (_, { storage }) => storage.sql.databaseSize);
    const before = await stored();
    pass(32 * DAY_MS);
    await runDurableObjectAlarm(object);
    await put([row]);
    expect(await stored()).toBeLessThan(before);
    await runInDurableObject(object, async (_, { storage }) => expect(await storage.getAlarm()).toBeNull());
  });

  it("stores nothing when it is only asked", async () => {
    await days().countWaiting();
    await list();
    const object = env.ACTIVITY.getByName(toActivityName(Date.now(), 0));
    await runInDurableObject(object, (_, { storage }) => {
      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'calls'").toArray()).toEqual([]);
    });
  });
});

describe("a day's sums", () => {
  const sums = async () => (await days().totals()).flat();

  it("never go down: an estimate that was counted stays, whatever an operator finds out later", async () => {
    const at = Date.now();
    const credits = async () => (await sums()).reduce((sum, day) => sum + day.credits, 0);
    await put([createRow(1, { acceptedAt: at, estimate: 120 }), createRow(2, { acceptedAt: at, estimate: 8 })]);
    expect(await credits()).toBe(128);
    const found = { group: "free", state: "not_charged", charged: "no" } as const;
    await put([createRow(1, { ...found, acceptedAt: at, changedAt: at + 1, estimate: 120 })]);
    expect(await credits()).toBe(128);
  });

  it("count what runs now, also on the days after one that began with jobs that ran", async () => {
    const running = async () => (await sums()).reduce((sum, day) => sum + day.running, 0);
    const { traffic } = getIsolate(env);
    const tell = async () => traffic.handOver();
    // The world begins at noon. Three jobs run into the next day, and end there.
    pass(11 * HOUR_MS);
    const old = [new Generation(), new Generation(), new Generation()];
    for (const generation of old) await generation.begin(`old-${generation.id}`);
    await tell();
    expect(await running()).toBe(3);
    pass(2 * HOUR_MS);
    gen.reads = answers(200, { status: "completed" });
    for (const generation of old) await generation.runAlarm();
    await tell();
    expect(await running()).toBe(0);
    pass(DAY_MS);
    await new Generation().begin("new");
    await tell();
    expect(await running()).toBe(1);
  });
});

describe("traffic", () => {
  const event = (change: object = {}) => {
    const line = {
      operation: "sheets.get",
      route: "/v1/vidsheet/:sheet",
      client_id: "a",
      status: 200,
      error_code: null,
    };
    return { ...line, attempts: [{ outcome: "200", ms: 5, waited_ms: 0 }], ms: 40, ...change } as never;
  };
  const series = async () => {
    const minute = Date.now() - (Date.now() % 60_000);
    return days().series({ from: minute, to: minute + 60_000, stepMs: 60_000 });
  };

  it("is handed over by one of many requests, ten seconds later, and is counted once", async () => {
    const add = vi.spyOn(Activity.prototype, "count");
    const slept = vi.fn(async () => {});
    const traffic = new Traffic({ ...getIsolate(env), clock: { ...getIsolate(env).clock, sleep: slept }, shards: 1 });
    const work: Promise<unknown>[] = [];
    for (let n = 0; n < 5; n += 1) traffic.count(event(), (each) => work.push(each));
    traffic.count(event({ status: 422, error_code: "validation_error", ms: 30_000 }), (each) => work.push(each));
    await Promise.all(work);

    expect(work).toHaveLength(1);
    expect(slept).toHaveBeenCalledWith(10_000);
    expect(add).toHaveBeenCalledTimes(1);
    const { requests } = await series();
    const told = requests.map(({ statusClass, code, requests: count, attempts }) => [
      statusClass,
      code,
      count,
      attempts,
    ]);
    expect(told.toSorted()).toEqual([
      [2, "", 5, 5],
      [4, "validation_error", 1, 1],
    ]);
  });

  it("takes bounded memory and rows, whoever asks for what: the rest is counted as other", async () => {
    const traffic = new Traffic({ ...getIsolate(env), shards: 1 });
    for (let turn = 0; turn < 6; turn += 1) {
      for (let n = 0; n < 400; n += 1) traffic.count(event({ client_id: `c${turn}-${n}`, operation: null }), () => {});
      await traffic.handOver();
    }
    const object = env.ACTIVITY.getByName(toActivityName(Date.now(), 0));
    const [rows, others] = await runInDurableObject(object, (_, { storage }) => [
      storage.sql.exec("SELECT COUNT(*) AS n FROM minutes").one().n,
      storage.sql.exec("SELECT SUM(requests) AS n FROM minutes WHERE client = 'other'").one().n,
    ]);
    expect(rows).toBeLessThanOrEqual(1_001);
    expect((await series()).requests.reduce((sum, { requests }) => sum + requests, 0)).toBe(2_400);
    expect(Number(others)).toBeGreaterThan(1_000);
  });
});
