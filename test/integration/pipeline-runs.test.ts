import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NotificationDelivery } from "../../src/notifications/delivery/delivery.ts";
import type { Message } from "../../src/notifications/message.ts";
import { toEventType } from "../../src/pipelines/run-id.ts";
import { createReceiver, setNotify } from "./notifications.ts";
import { clientOf, createEntry, createReport, OnePipeline } from "./pipeline-world.ts";
import { calmDown, engine, waking, woken } from "./played.ts";
import { createWorld, DAY_MS, HOUR_MS, pass, until } from "./world.ts";

vi.mock("../../src/pipelines/instance.ts", async () => (await import("./played.ts")).instances);
vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

const MINUTE_MS = 60_000;
const DONE = { kind: "done", value: "null" } as const;
const ERROR = { code: "bad", detail: "Bad", step: null };

let end: () => void;

beforeEach(() => {
  ({ end } = createWorld());
  calmDown();
});

afterEach(() => end());

const create = (limits?: ConstructorParameters<typeof OnePipeline>[1]) => new OnePipeline(async () => null, limits);

const wait = (waitsFor: "slot" | "generation" | "credits", ms: number) => ({ kind: "waiting", waitsFor, ms }) as const;

describe("a run", () => {
  it("is started once, however often and at the same time it is asked for", async () => {
    const pipeline = create();
    const ordered = await Promise.all(Array.from({ length: 5 }, () => pipeline.start("same")));

    expect(ordered.map(({ kind }) => kind).toSorted()).toEqual(["known", "known", "known", "known", "started"]);
    expect(new Set(ordered.map(({ id }) => id)).size).toBe(1);
    expect(engine.launched).toHaveLength(1);
  });

  it("is not started again by the same trigger after its end", async () => {
    const pipeline = create();
    const { id } = await pipeline.start("same");
    await pipeline.object.begin(id);
    await pipeline.object.finish(id, { play: 1, output: "1", error: null });

    expect(await pipeline.start("same")).toMatchObject({ kind: "known", run: { state: "finished" } });
    expect(engine.launched).toEqual([id]);
  });

  it("goes on with tables that were made before its steps had hints", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    await runInDurableObject(pipeline.object as DurableObjectStub, (_, { storage }) => {
      storage.sql.exec("ALTER TABLE steps DROP COLUMN hint");
    });
    await pipeline.evict();
    await pipeline.object.begin(id);
    await pipeline.object.enter(id, createEntry("one"));
    await pipeline.object.tell(id, { ...createReport("one", DONE), hint: "Look." });

    expect((await pipeline.report(id)).steps).toMatchObject([{ name: "one", state: "done", hint: "Look." }]);
  });

  it("is not started when its trigger comes again with another input, which is the sender's mistake", async () => {
    const pipeline = create();
    await pipeline.start("same", { n: 1 });
    expect((await pipeline.start("same", { n: 2 })).kind).toBe("reused");
  });

  it("is launched by the alarm when it could not be launched, and is not lost with its machine", async () => {
    engine.launch = vi.fn().mockRejectedValueOnce(new Error("down")).mockRejectedValueOnce(new Error("down"));
    const pipeline = create();
    const { id, kind } = await pipeline.start();
    expect(kind).toBe("started");
    expect(await pipeline.alarmInMs()).toBe(30_000);

    await pipeline.evict();
    await pipeline.next();
    expect(engine.launched).toEqual([id, id]);
    await pipeline.next();
    expect(engine.launched).toEqual([id, id, id]);
    expect(engine.poked).toEqual([]);

    await pipeline.next();
    expect(engine.launched).toHaveLength(3);
    expect(engine.poked).toEqual([id]);
  });

  it("begins with its input, also when it is asked for it twice", async () => {
    const pipeline = create();
    const { id } = await pipeline.start("1", { n: 1 });
    const trigger = { kind: "manual", clientId: "client" };
    const terms = { client: clientOf("client"), tag: null };
    const begun = { trigger, terms, input: '{"n":1}', play: 1, renewed: {} };

    expect([await pipeline.object.begin(id), await pipeline.object.begin(id)]).toEqual([begun, begun]);
    expect((await pipeline.report(id)).state).toBe("running");
    expect(await pipeline.object.begin("0".repeat(64))).toBeNull();
  });

  const list = (pipeline: OnePipeline, before: number | null) =>
    pipeline.object.list({ before, limit: 2, state: null, since: null });

  it("is listed, newest first, page by page", async () => {
    const pipeline = create();
    const ids: string[] = [];
    for (const key of ["a", "b", "c"]) ids.unshift((await pipeline.start(key)).id);
    const [first, second] = await list(pipeline, null);

    expect([first?.id, second?.id]).toEqual(ids.slice(0, 2));
    expect((await list(pipeline, second?.number ?? 0)).map(({ id }) => id)).toEqual(ids.slice(2));
  });

  it("makes no more charges once its pipeline was taken out of the code", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    pipeline.forget();

    expect(await pipeline.object.enter(id, createEntry("one"))).toEqual({ kind: "too-many-charges" });
    expect(await pipeline.report(id)).toMatchObject({ state: "running" });
  });
});

describe("a run that has not moved when it should have", () => {
  it("is checked after half a minute, then ever more seldom, ten minutes at the most", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    await pipeline.object.begin(id);
    const waits: (number | null)[] = [];
    for (let poke = 0; poke < 7; poke += 1) {
      waits.push(await pipeline.alarmInMs());
      await pipeline.next();
    }

    expect(waits).toEqual([30, 30, 60, 120, 240, 480, 600].map((seconds) => seconds * 1_000));
    expect(engine.poked).toEqual(Array(7).fill(id));
  });

  it("is due when the first of its steps is, half a minute late", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    for (const name of ["a", "b", "c"]) await pipeline.object.enter(id, createEntry(name));
    await pipeline.object.tell(id, createReport("a", wait("generation", 10 * MINUTE_MS)));
    await pipeline.object.tell(id, createReport("c", DONE));
    await pipeline.object.tell(id, createReport("b", wait("credits", HOUR_MS)));

    expect(await pipeline.alarmInMs()).toBe(10 * MINUTE_MS + 30_000);
    await pipeline.next();
    expect(engine.poked).toEqual([id]);
  });

  it("is alive as long as any of its steps reports", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    await pipeline.object.enter(id, createEntry("silent"));
    for (let turn = 0; turn < 5; turn += 1) {
      pass(20_000);
      await pipeline.object.enter(id, createEntry("busy"));
      await pipeline.runAlarm();
    }
    expect(engine.poked).toEqual([]);
  });

  it("has failed, and its places are free, when its Workflow has ended without a result", async () => {
    engine.poke = async () => "ended";
    const pipeline = create({ concurrency: 1 });
    const { id } = await pipeline.start("dead");
    const other = await pipeline.start("other");
    await pipeline.object.enter(id, createEntry("one"));
    expect(await pipeline.object.enter(other.id, createEntry("two"))).toEqual({ kind: "queued" });
    await pipeline.object.tell(other.id, createReport("two", wait("slot", HOUR_MS)));
    await pipeline.next();

    expect(await pipeline.report(id)).toMatchObject({ state: "failed", error: { code: "internal" } });
    await until(() => woken.some(({ run }) => run === other.id));
    expect(await pipeline.object.enter(other.id, createEntry("two"))).toMatchObject({ kind: "go" });
  });

  it("is launched again when its Workflow is gone", async () => {
    engine.poke = async () => "missing";
    const pipeline = create();
    const { id } = await pipeline.start();
    await pipeline.object.begin(id);
    await pipeline.next();

    expect(engine.launched).toEqual([id, id]);
    expect((await pipeline.report(id)).state).toBe("running");
  });

  it("does not keep others from being checked when it can't be reached", async () => {
    const pipeline = create();
    const [first, second] = [await pipeline.start("a"), await pipeline.start("b")];
    engine.poke = async (run) => {
      if (run === first.id) throw new Error("overloaded");
      return "poked";
    };
    await pipeline.next();

    expect(engine.poked).toEqual([first.id, second.id]);
    expect(await pipeline.alarmInMs()).toBe(30_000);
  });
});

it("a run in line is told of its turn again when the machine died", async () => {
  waking.wake = async () => Promise.reject(new Error("died"));
  const pipeline = create({ exclusive: () => "all" });
  const [first, second] = [await pipeline.start("a"), await pipeline.start("b")];
  await pipeline.object.begin(first.id);
  expect(await pipeline.object.begin(second.id)).toMatchObject({ waitMs: expect.any(Number) });
  await pipeline.object.finish(first.id, { play: 1, output: "1", error: null });
  await pipeline.evict();
  waking.wake = async () => {};
  await pipeline.runAlarm();
  pass(30_000);
  await pipeline.runAlarm();

  expect(woken).toEqual([{ run: second.id, event: "turn" }]);
});

describe("the alarm", () => {
  it("is set as long as there is a run, in whole milliseconds, whatever happens to the machine", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    await pipeline.object.begin(id);
    await pipeline.object.enter(id, createEntry("one"));
    await pipeline.object.tell(id, createReport("one", wait("generation", HOUR_MS)));
    for (const act of [() => pipeline.evict(), () => pipeline.runAlarm(), () => pipeline.object.stop(id)]) {
      await act();
      const alarm = await pipeline.alarmInMs();
      expect(alarm).toBeGreaterThan(0);
      expect(Number.isInteger(alarm)).toBe(true);
    }
  });

  it("is set again when it runs while a table can't be read", async () => {
    const pipeline = create();
    await pipeline.start();
    const { RunsStore } = await import("../../src/pipelines/runs/runs-store.ts");
    vi.spyOn(RunsStore.prototype, "overdue").mockImplementationOnce(() => {
      throw new Error("SQLITE_ERROR");
    });
    pass(30_000);
    await pipeline.runAlarm().catch(() => {});
    expect(await pipeline.alarmInMs()).toBe(30_000);
  });
});

describe("the places of a pipeline", () => {
  it.each(["before", "after"])(
    "are told of again when the machine died: granted %s the run has gone to wait",
    async (when) => {
      waking.wake = async () => Promise.reject(new Error("died"));
      const pipeline = create({ concurrency: 1 });
      const [a, b] = [await pipeline.start("a"), await pipeline.start("b")];
      await pipeline.object.enter(a.id, createEntry("a1"));
      await pipeline.object.enter(b.id, createEntry("b1"));
      const goToWait = () => pipeline.object.tell(b.id, createReport("b1", wait("slot", 10 * MINUTE_MS)));
      if (when === "after") await goToWait();
      await pipeline.object.tell(a.id, createReport("a1", DONE));
      if (when === "before") await goToWait();
      await pipeline.evict();
      waking.wake = async () => {};
      expect(await pipeline.alarmInMs()).toBe(30_000);
      await pipeline.next();

      expect(woken).toEqual([{ run: b.id, event: toEventType(createEntry("b1").callId ?? "") }]);
    },
  );

  it("go to the step that has waited longest, whichever run it belongs to", async () => {
    const pipeline = create({ concurrency: 1 });
    const [a, b] = [await pipeline.start("a"), await pipeline.start("b")];
    const queue: [string, string][] = [
      [a.id, "a1"],
      [b.id, "b1"],
      [a.id, "a2"],
      [b.id, "b2"],
    ];
    for (const [id, name] of queue) await pipeline.object.enter(id, createEntry(name));
    const order: unknown[] = [];
    for (const _ of queue) {
      const [held] = await pipeline.rows("steps WHERE slot = 'held'");
      order.push(held?.name);
      await pipeline.object.tell(String(held?.run), createReport(String(held?.name), DONE));
    }
    expect(order).toEqual(["a1", "b1", "a2", "b2"]);
  });

  it("are held by steps that wait for their generation, and not by those that have ended or wait for credits", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    for (const name of ["waits", "done", "poor"]) await pipeline.object.enter(id, createEntry(name));
    await pipeline.object.tell(id, createReport("waits", wait("generation", HOUR_MS)));
    await pipeline.object.tell(id, createReport("done", DONE));
    await pipeline.object.tell(id, createReport("poor", wait("credits", HOUR_MS)));
    expect((await pipeline.rows("steps WHERE slot <> 'none'")).map(({ name }) => name)).toEqual(["waits"]);
  });

  it("are not asked for by steps that need none", async () => {
    const pipeline = create({ concurrency: 1 });
    const { id } = await pipeline.start();
    await pipeline.object.enter(id, createEntry("busy"));
    expect(await pipeline.object.enter(id, createEntry("call", { needsSlot: false }))).toMatchObject({ kind: "go" });
  });
});

describe("the end of a run", () => {
  let given: Message[];

  beforeEach(() => {
    createReceiver();
    given = [];
    const { accept } = NotificationDelivery.prototype;
    vi.spyOn(NotificationDelivery.prototype, "accept").mockImplementation(function (
      this: NotificationDelivery,
      message,
    ) {
      given.push(message);
      return accept.call(this, message);
    });
  });

  afterEach(() => setNotify(false));

  it.each([
    ["finished", { play: 1, output: '{"n":1}', error: null }, "pipeline.finished"],
    ["failed", { play: 1, output: null, error: ERROR }, "pipeline.failed"],
  ])("is notified once: %s", async (state, outcome, type) => {
    const pipeline = create();
    const { id } = await pipeline.start();
    await pipeline.object.begin(id);
    expect(await pipeline.object.finish(id, outcome)).toBe(true);
    expect(await pipeline.object.finish(id, { play: 1, output: "2", error: null })).toBe(false);
    expect(await pipeline.alarmInMs()).toBe(0);
    await pipeline.next();
    pass(HOUR_MS);
    await pipeline.runAlarm();

    expect(given.map((message) => message.type)).toEqual([type]);
    expect(JSON.parse(given[0]?.body ?? "")).toMatchObject({ data: { pipeline: pipeline.name, run_id: id } });
    expect((await pipeline.report(id)).state).toBe(state);
  });

  it("is notified again when the run was run again and has failed again", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    for (const play of [1, 2]) {
      await pipeline.object.begin(id);
      await pipeline.object.finish(id, { play, output: null, error: ERROR });
      await pipeline.next();
      if (play === 1) await pipeline.object.rerun(id, clientOf("client"));
    }
    expect(given.map(({ type }) => type)).toEqual(["pipeline.failed", "pipeline.failed"]);
    expect(new Set(given.map(({ id: message }) => message)).size).toBe(2);
  });

  it("is notified though the machine died, and the delivery could not accept it at first", async () => {
    vi.mocked(NotificationDelivery.prototype.accept).mockRejectedValueOnce(new Error("overloaded"));
    const pipeline = create();
    const { id } = await pipeline.start();
    await pipeline.object.finish(id, { play: 1, output: null, error: ERROR });
    await pipeline.evict();
    await pipeline.next();
    expect(given).toEqual([]);
    expect(await pipeline.alarmInMs()).toBe(30_000);
    await pipeline.next();
    expect(given).toHaveLength(1);
  });

  it("is not notified when a person has brought it about", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    await pipeline.object.stop(id);
    await pipeline.next();
    await pipeline.next();
    expect(given).toEqual([]);
  });
});

describe("what is kept of a pipeline", () => {
  it("is a run for 30 days after its end; its steps and the last alarm go with it", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    await pipeline.object.enter(id, createEntry("one"));
    await pipeline.object.finish(id, { play: 1, output: "1", error: null });
    expect(await pipeline.alarmInMs()).toBe(30 * DAY_MS + 1);

    pass(30 * DAY_MS);
    await pipeline.runAlarm();
    expect((await pipeline.report(id)).steps).toHaveLength(1);
    await pipeline.next();
    expect(await pipeline.object.report(id)).toBeNull();
    expect([await pipeline.rows("runs"), await pipeline.rows("steps")]).toEqual([[], []]);
    expect(await pipeline.alarmInMs()).toBeNull();
  });

  it("is a run that goes on, whatever its age", async () => {
    const pipeline = create();
    const { id } = await pipeline.start();
    await pipeline.object.enter(id, createEntry("one"));
    pass(60 * DAY_MS);
    await pipeline.runAlarm();
    expect((await pipeline.report(id)).steps).toHaveLength(1);
  });
});
