import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  cell,
  createEntry,
  createReport,
  letTimePass,
  NO_CREDITS,
  OnePipeline,
  type PlayedRun,
  Studio,
} from "./pipeline-world.ts";
import { calmDown, waking, woken } from "./played.ts";
import { answers, createWorld, type Gen, HOUR_MS, heal, pass, until } from "./world.ts";

vi.mock("../../src/pipelines/instance.ts", async () => (await import("./played.ts")).instances);
vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

let gen: Gen;
let studio: Studio;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  letTimePass();
  heal();
  calmDown();
  studio = new Studio(gen);
});

afterEach(() => end());

const generateAll = (count: number) => async (run: Parameters<OnePipeline["definition"]["run"]>[0]) => {
  const ids = Array.from({ length: count }, (_, index) => String(index + 1));
  return Promise.all(ids.map((id) => run.generate(id, "cells.generate", cell(id)))).then((all) => all.length);
};

const one = async (run: Parameters<OnePipeline["definition"]["run"]>[0]) =>
  run.generate("one", "cells.generate", cell("1"));

const paths = () => gen.charged.map(({ path }) => path.split("/")[5]);
const slots = (pipeline: OnePipeline, slot: string) => pipeline.rows(`steps WHERE slot = '${slot}'`);

/** Stops a run at each wait until the test lets it go on. */
function hold(run: PlayedRun): { next: () => void; waiting: () => string[] } {
  const held: { name: string; go: () => void }[] = [];
  run.steps.onWait = ({ name }) => new Promise((go) => held.push({ name, go }));
  return { next: () => held.shift()?.go(), waiting: () => held.map(({ name }) => name) };
}

describe("the places of a pipeline", () => {
  it("are never more than its concurrency, and each step gets its turn in the order they came", async () => {
    let atWork = 0;
    let most = 0;
    const pipeline = new OnePipeline(generateAll(10), { concurrency: 3 });
    const run = await pipeline.play();
    gen.posts = async (sent) => {
      atWork = (await slots(pipeline, "held")).length;
      most = Math.max(most, atWork);
      return studio.generate(sent);
    };

    expect(await run.go()).toBeNull();
    expect(most).toBe(3);
    expect(paths().toSorted()).toEqual(["1", "10", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(paths().slice(0, 3).toSorted()).toEqual(["1", "2", "3"]);
    expect(studio.charged.size).toBe(10);
    expect(await pipeline.rows("steps WHERE slot <> 'none'")).toEqual([]);
  });

  it("are shared by its runs: a waiting run gets an event when one is free", async () => {
    studio.status = "processing";
    const pipeline = new OnePipeline(one, { concurrency: 1 });
    const first = await pipeline.play("a");
    const second = await pipeline.play("b");
    const [firstHold, secondHold] = [hold(first), hold(second)];
    const running = first.go();
    await until(() => firstHold.waiting().length === 1);
    const waiting = second.go();
    await until(() => secondHold.waiting().length === 1);
    expect(secondHold.waiting()).toEqual(["after 1. one: slot"]);
    expect((await second.step("one"))?.waitsFor).toBe("slot");
    expect(gen.charged).toHaveLength(1);

    studio.status = "completed";
    await first.runAllAlarms();
    firstHold.next();
    await running;
    const event = `step-${(await second.step("one"))?.callId?.slice(0, 32)}`;
    await until(() => woken.some((each) => each.run === second.id && each.event === event));
    secondHold.next();
    await until(() => secondHold.waiting().length === 1);
    await second.runAllAlarms();
    secondHold.next();
    await waiting;
    expect((await second.report()).state).toBe("finished");
  });

  it("wait for a run that was given one and could not be woken: it asks again by itself", async () => {
    waking.wake = async () => {
      throw new Error("overloaded");
    };
    const pipeline = new OnePipeline(generateAll(3), { concurrency: 1 });
    const run = await pipeline.play();

    expect(await run.go()).toBeNull();
    expect(studio.charged.size).toBe(3);
    expect(run.steps.waits.find(({ name }) => name.endsWith("slot"))?.timeout).toBe(10 * 60_000);
  });

  it("are free at once when their run has failed", async () => {
    studio.status = "processing";
    const pipeline = new OnePipeline(
      async (run) => {
        await Promise.race([
          run.generate("one", "cells.generate", cell("1")),
          run.step("wait", () => until(async () => (await slots(pipeline, "held")).length === 1)),
        ]);
        throw new Error("The end.");
      },
      { concurrency: 1 },
    );
    const first = await pipeline.play("a");
    first.steps.onWait = () => new Promise(() => {});
    await first.go();

    expect((await first.report()).state).toBe("failed");
    expect(await slots(pipeline, "held")).toEqual([]);
  });

  it("are not needed by a step that was done, and whose machine died before that was known", async () => {
    const pipeline = new OnePipeline(one, { concurrency: 1 });
    const run = await pipeline.play("a");
    const { id } = await pipeline.start("b");
    gen.posts = async (sent) => {
      expect(await pipeline.object.enter(id, createEntry("one"))).toEqual({ kind: "queued" });
      return studio.generate(sent);
    };
    run.steps.bodies = 2;

    expect(await run.go()).toBeNull();
    expect(run.steps.waits.map(({ name }) => name)).toEqual(["after 1. one: generation"]);
    expect(await slots(pipeline, "held")).toMatchObject([{ run: id }]);
  });
});

describe("clients that want the same places", () => {
  const nothing = async () => null;
  const DONE = { kind: "done", value: "null" } as const;

  /** The ids of a client's runs in the order in which they came to a generation. */
  async function crowd(pipeline: OnePipeline, client: string, count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let n = 1; n <= count; n += 1) {
      const { id } = await pipeline.start(String(n), {}, client);
      await pipeline.object.begin(id);
      await pipeline.object.enter(id, createEntry("one"));
      ids.push(id);
    }
    return ids;
  }

  /** The clients of the runs that hold a place, the oldest run first. */
  async function holders(pipeline: OnePipeline): Promise<string[]> {
    const held = await pipeline.rows(
      "steps JOIN runs ON runs.id = steps.run WHERE steps.slot = 'held' ORDER BY runs.number",
    );
    return held.map(({ trigger }) => JSON.parse(String(trigger)).clientId);
  }

  const endOne = async (pipeline: OnePipeline) => {
    const [held] = await slots(pipeline, "held");
    await pipeline.object.tell(String(held?.run), createReport("one", DONE));
  };

  it("get them in turn: twelve runs of one keep another from its place only until one is free", async () => {
    const pipeline = new OnePipeline(nothing, { concurrency: 4 });
    await crowd(pipeline, "a", 12);
    await crowd(pipeline, "b", 1);
    expect(await holders(pipeline)).toEqual(["a", "a", "a", "a"]);

    await endOne(pipeline);
    expect(await holders(pipeline)).toEqual(["a", "a", "a", "b"]);
  });

  it("have as many of them each, where both want more", async () => {
    const pipeline = new OnePipeline(nothing, { concurrency: 4 });
    await crowd(pipeline, "a", 8);
    await crowd(pipeline, "b", 8);
    await endOne(pipeline);
    await endOne(pipeline);
    expect(await holders(pipeline)).toEqual(["a", "a", "b", "b"]);
  });

  it("have all of them, one after the other, where there is one: the last one to come is not last", async () => {
    const pipeline = new OnePipeline(nothing, { concurrency: 1 });
    await crowd(pipeline, "a", 4);
    await crowd(pipeline, "b", 2);
    await crowd(pipeline, "c", 1);
    const order: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      order.push(...(await holders(pipeline)));
      await endOne(pipeline);
    }
    expect(order).toEqual(["a", "b", "c", "a", "b", "a", "a"]);
    expect(await pipeline.rows("owners")).toEqual([]);
  });

  it("get them in the order they came, where nobody else waits", async () => {
    const pipeline = new OnePipeline(nothing, { concurrency: 1 });
    const ids = await crowd(pipeline, "a", 3);
    for (const id of ids) {
      expect(await slots(pipeline, "held")).toMatchObject([{ run: id }]);
      await endOne(pipeline);
    }
  });
});

describe("clients whose runs go one after the other", () => {
  it("take turns: the runs of one do not all go before another's", async () => {
    const pipeline = new OnePipeline(async () => null, { exclusive: () => "sheet" });
    const names: Record<string, string> = {};
    for (const [client, key] of ["a1", "a2", "a3", "b1", "b2"].map((name) => [...name] as [string, string])) {
      names[(await pipeline.start(key, {}, client)).id] = client + key;
    }
    const order: (string | undefined)[] = [];
    for (let n = 0; n < 5; n += 1) {
      const begun = [];
      for (const id of Object.keys(names)) if ("input" in ((await pipeline.object.begin(id)) ?? {})) begun.push(id);
      expect(begun).toHaveLength(1);
      const [id = ""] = begun;
      order.push(names[id]);
      pass(1);
      await pipeline.object.finish(id, { play: 1, output: null, error: null });
      delete names[id];
    }
    expect(order).toEqual(["a1", "b1", "a2", "b2", "a3"]);
  });
});

describe("maxCharges", () => {
  it("fails a run that would make one charge more, however many steps ask at the same time", async () => {
    const run = await new OnePipeline(generateAll(6), { maxCharges: 3, concurrency: 10 }).play();

    expect(await run.go()).toMatchObject({ code: "max_charges_reached" });
    await until(() => studio.charged.size >= 3);
    expect(studio.charged.size).toBe(3);
    expect((await run.report()).error).toMatchObject({ code: "max_charges_reached" });
  });

  it("counts charged calls that generate nothing, too, and not those that cost nothing", async () => {
    const post = { params: {}, body: { agent_id: 42 } };
    gen.posts = answers(201, { user_job_id: 1 });
    const run = await new OnePipeline(
      async (run) => {
        await run.call("rows", "rows.create", { params: { sheet: "101" }, body: {} });
        await run.call("first", "user_jobs.create", post);
        await run.call("second", "user_jobs.create", post);
      },
      { maxCharges: 1 },
    ).play();

    expect(await run.go()).toMatchObject({ code: "max_charges_reached", step: "second" });
    expect(gen.charged).toHaveLength(2);
  });

  it("does not count what GEN has refused, nor what it gave back", async () => {
    gen.script.push(answers(422, { error: "Bad", error_code: "validation_error" }));
    studio.status = "failed";
    const run = await new OnePipeline(
      async (run) => {
        for (const name of ["refused", "failed"]) await run.generate(name, "cells.generate", cell("1")).catch(() => {});
        studio.status = "completed";
        await run.generate("good", "cells.generate", cell("1"));
      },
      { maxCharges: 1 },
    ).play();

    expect(await run.go()).toBeNull();
    expect((await run.report()).steps.map(({ charged }) => charged)).toEqual(["no", "no", "yes"]);
  });

  it("counts a step that was refused and asks again, while it asks", async () => {
    gen.script.push(NO_CREDITS);
    const pipeline = new OnePipeline(
      async (run) => {
        const first = run.generate("first", "cells.generate", cell("1"));
        await until(async () => (await pipeline.report(run.id)).state === "paused");
        const second = run
          .step("gate", async () => asksAgain.promise)
          .then(() => {
            return run.generate("second", "cells.generate", cell("2"));
          });
        return (await Promise.allSettled([first, second])).map(({ status }) => status);
      },
      { maxCharges: 1 },
    );
    const asksAgain = Promise.withResolvers<void>();
    const run = await pipeline.play();
    gen.posts = async (sent) => {
      asksAgain.resolve();
      await until(async () => (await run.step("second")) !== undefined);
      return studio.generate(sent);
    };
    run.steps.onWait = async ({ timeout }) => run.passBy(timeout);
    await run.go();

    expect(await run.output()).toEqual(["fulfilled", "rejected"]);
    expect(studio.charged.size).toBe(1);
  });

  it("stays exceeded for a step that was turned away when its machine dies", async () => {
    const run = await new OnePipeline(generateAll(2), { maxCharges: 1, concurrency: 1 }).play();
    run.steps.bodies = 2;

    expect(await run.go()).toMatchObject({ code: "max_charges_reached" });
    expect(studio.charged.size).toBe(1);
  });
});

describe("a run without credits", () => {
  it("is paused, and asks each hour for a day; then it fails with GEN's code, and nothing was charged", async () => {
    gen.posts = NO_CREDITS;
    const run = await new OnePipeline(one).play();
    const states: string[] = [];
    const asked: number[] = [];
    const start = Date.now();
    run.steps.onWait = async ({ timeout }) => {
      states.push((await run.report()).state);
      asked.push(gen.charged.length);
      await run.passBy(timeout);
    };

    expect(await run.go()).toMatchObject({ code: "insufficient_credits_for_job" });
    expect(states).toEqual(Array(24).fill("paused"));
    expect(asked).toEqual(Array.from({ length: 24 }, (_, hour) => hour + 1));
    expect(gen.charged).toHaveLength(25);
    expect(Math.floor((Date.now() - start) / HOUR_MS)).toBe(24);
    expect(await run.report()).toMatchObject({ state: "failed", error: { code: "insufficient_credits_for_job" } });
    expect(await run.step("one")).toMatchObject({ charged: "no" });
  });

  it("waits the whole hour: no earlier event ends the wait", async () => {
    gen.script.push(NO_CREDITS);
    const run = await new OnePipeline(one).play();
    await run.go();

    const eventOfStep = `step-${(await run.step("one"))?.callId?.slice(0, 32)}`;
    expect(woken).toContainEqual({ run: run.id, event: eventOfStep });
    expect(run.steps.waits[0]).toEqual({ name: "after 1. one: credits", type: "none", timeout: HOUR_MS });
  });

  it.each([
    ["a refusal for want of credits", NO_CREDITS],
    ["a 402", answers(402, { error: "Pay", error_code: "payment_required" })],
  ])("goes on at the fifth hour, when there are some again, and is charged once: after %s", async (_, behaviour) => {
    gen.script.push(behaviour, behaviour, behaviour, behaviour, behaviour);
    const run = await new OnePipeline(one).play();
    const start = Date.now();

    expect(await run.go()).toBeNull();
    expect((await run.report()).state).toBe("finished");
    expect(studio.charged.size).toBe(1);
    expect(run.steps.waits.filter(({ name }) => name.endsWith("credits"))).toHaveLength(5);
    expect(Date.now() - start).toBeLessThan(6 * HOUR_MS);
  });

  it("is running again as soon as it asks again", async () => {
    gen.script.push(NO_CREDITS);
    const run = await new OnePipeline(one).play();
    const states: string[] = [];
    gen.posts = async (sent) => {
      states.push((await run.report()).state);
      return studio.generate(sent);
    };
    await run.go();
    expect(states).toEqual(["running"]);
  });

  it("gives its place back meanwhile", async () => {
    gen.script.push(NO_CREDITS);
    const pipeline = new OnePipeline(one, { concurrency: 1 });
    const poor = await pipeline.play("a");
    const held = hold(poor);
    void poor.go();
    await until(() => held.waiting().length === 1);
    expect(await slots(pipeline, "held")).toEqual([]);

    const other = await pipeline.play("b");
    expect(await other.go()).toBeNull();
    expect((await poor.report()).state).toBe("paused");
  });

  it("stays paused while other steps of it go on, until the last of them has asked again", async () => {
    gen.script.push(NO_CREDITS);
    const pipeline: OnePipeline = new OnePipeline(async (run) => {
      const waiting = run.generate("one", "cells.generate", cell("1"));
      await until(async () => (await pipeline.report(run.id)).state === "paused");
      await run.step("other", async () => 1);
      const { state } = await pipeline.report(run.id);
      otherDone.resolve();
      await waiting;
      return state;
    });
    const otherDone = Promise.withResolvers<void>();
    const run = await pipeline.play();
    run.steps.onWait = async ({ timeout }) => {
      await otherDone.promise;
      await run.passBy(timeout);
    };
    await run.go();
    expect(await run.output()).toBe("paused");
  });
});
