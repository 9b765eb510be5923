import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Run } from "../../src/pipelines/run.ts";
import {
  cell,
  clientOf,
  createEntry,
  createReport,
  letTimePass,
  OnePipeline,
  type PlayedRun,
  PlayedSteps,
  Studio,
} from "./pipeline-world.ts";
import { calmDown, engine } from "./played.ts";
import { answers, createWorld, DAY_MS, type Gen, heal, lost, pass } from "./world.ts";

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

let broken = true;
beforeEach(() => {
  broken = true;
});

/** Two generations with work between them that fails while `broken`. */
const film = async (run: Run<unknown>) => {
  const first = await run.generate("first", "cells.generate", cell("1"));
  const note = await run.step("between", async () => {
    if (broken) throw new Error("broken");
    return `after ${first.id}`;
  });
  const second = await run.generate("second", "cells.generate", cell("2"));
  return { first: first.id, note, second: second.id };
};

/** One call that costs credits, and has no key at GEN: when its answer is lost, its outcome is unknown at once. */
const ideas = (run: Run<unknown>) =>
  run.call("one", "runs.create", { params: {}, body: { agent_id: "42", message: "An idea" } });

/** The Workflow is restarted: it has forgotten all its results. */
function restart(run: PlayedRun): PlayedRun {
  Object.assign(run, { steps: new PlayedSteps(({ timeout }) => run.passBy(timeout)) });
  return run;
}

const rerun = (run: PlayedRun) => run.pipeline.object.rerun(run.id, clientOf("client"));
const kindOf = async (run: PlayedRun) => (await rerun(run))?.kind;

describe("a failed run that is run again", () => {
  it("keeps what is done and goes on from the step that failed, as the same run", async () => {
    const run = await new OnePipeline(film).play();
    expect(await run.go()).toMatchObject({ step: "between" });
    broken = false;
    // Neither GEN's answer nor the generation is kept so long.
    pass(20 * DAY_MS);

    expect(await rerun(run)).toMatchObject({
      kind: "started",
      run: { id: run.id, state: "queued", error: null, reruns: 1 },
    });
    expect(engine.relaunched).toEqual([run.id]);
    expect(await restart(run).go()).toBeNull();
    expect(await run.report()).toMatchObject({ state: "finished", reruns: 1 });
    expect(studio.charged.size).toBe(2);
    const [first, second] = [...studio.charged.values()].map(String);
    expect(await run.output()).toEqual({ first, note: `after ${first}`, second });
    expect(await run.pipeline.rows("results")).toEqual([]);
  });

  it("starts once, however often that is asked for at once, and stays as it is when it is asked again", async () => {
    const run = await new OnePipeline(film).play();
    await run.go();
    const kinds = await Promise.all([kindOf(run), kindOf(run), kindOf(run)]);
    expect(kinds.sort()).toEqual(["known", "known", "started"]);
    expect(engine.relaunched).toEqual([run.id]);

    broken = false;
    await restart(run).go();
    expect(await rerun(run)).toMatchObject({ kind: "known", run: { state: "finished", reruns: 1 } });
  });

  it.each([0, 1, 2, 3, 4, 5, 6])(
    "charges nothing twice though it is killed after %i of its steps, again and again",
    async (deaths) => {
      const run = await new OnePipeline(film).play();
      await run.go();
      broken = false;
      await rerun(run);
      restart(run).steps.deaths = deaths;
      run.steps.bodies = 2;

      expect(await run.go()).toBeNull();
      expect(gen.charged).toHaveLength(2);
      expect((await run.report()).state).toBe("finished");
    },
  );

  it("can be run again as often as it fails", async () => {
    const run = await new OnePipeline(film).play();
    await run.go();
    await rerun(run);
    await restart(run).go();
    expect(await run.report()).toMatchObject({ state: "failed", reruns: 1, error: { step: "between" } });
    broken = false;
    expect(await kindOf(run)).toBe("started");
    expect(await restart(run).go()).toBeNull();
    expect(studio.charged.size).toBe(2);
  });

  it("makes a generation anew that has failed, under another key, because GEN gave its credits back", async () => {
    studio.status = "failed";
    const run = await new OnePipeline((run) => run.generate("one", "cells.generate", cell("1"))).play();
    expect(await run.go()).toMatchObject({ code: "generation_failed" });
    studio.status = "completed";

    expect(await kindOf(run)).toBe("started");
    restart(run).steps.deaths = 3;
    expect(await run.go()).toBeNull();
    expect(studio.charged.size).toBe(2);
    expect((await run.step("one"))?.charged).toBe("yes");
  });

  it("is refused while it is not known whether a step was charged; an operator's finding frees it", async () => {
    gen.posts = lost;
    const run = await new OnePipeline(ideas).play();
    expect(await run.go()).toMatchObject({ code: "outcome_unknown" });
    gen.posts = answers(200, { run_id: "run-1" });
    const { callId } = (await run.step("one")) ?? {};
    const unsettled = { kind: "unsettled", steps: [{ name: "one", callId, fate: { why: "outcome_unknown" } }] };
    expect(await rerun(run)).toMatchObject(unsettled);
    expect((await run.report()).state).toBe("failed");

    await run.call(callId).resolve(false);
    expect(await kindOf(run)).toBe("started");
    expect(await restart(run).go()).toBeNull();
    expect(await run.step("one")).toMatchObject({ state: "done", charged: "yes" });
  });

  it("is refused when an operator has found that a step was charged, because there is no result to go on from", async () => {
    gen.posts = lost;
    const run = await new OnePipeline(ideas).play();
    await run.go();
    await run.call((await run.step("one"))?.callId).resolve(true);
    expect(await rerun(run)).toMatchObject({ kind: "unsettled", steps: [{ fate: { why: "not_kept" } }] });
  });

  it("goes on with a generation that its first play has left at work", async () => {
    studio.status = "processing";
    const run = await new OnePipeline(async (run) => {
      const one = run.generate("one", "cells.generate", cell("1"));
      const rest = run.step("breaks", async () => {
        while (broken && studio.charged.size === 0) await scheduler.wait(1);
        if (broken) throw new Error("broken");
        return null;
      });
      await Promise.all([one, rest]);
      return (await one).id;
    }).play();
    await run.go();
    expect((await run.report()).state).toBe("failed");
    broken = false;
    studio.status = "completed";

    expect(await kindOf(run)).toBe("started");
    expect(await restart(run).go()).toBeNull();
    expect(studio.charged.size).toBe(1);
  });

  it("finds a failure again that its code has caught: what came of it was paid for", async () => {
    let fails = true;
    const run = await new OnePipeline(async (run) => {
      const work = async () => (fails ? Promise.reject(new Error("no")) : "another path");
      const first = await run.step("first", work).catch(() => "caught");
      if (first !== "caught") return first;
      await run.generate("instead", "cells.generate", cell("1"));
      await run.step("last", async () => {
        if (fails) throw new Error("broken");
      });
      return first;
    }).play();
    await run.go();
    fails = false;

    await rerun(run);
    expect(await restart(run).go()).toBeNull();
    expect(await run.output()).toBe("caught");
    expect(studio.charged.size).toBe(1);
  });

  it("takes no late word of the play before", async () => {
    const run = await new OnePipeline(film).play();
    await run.go();
    await rerun(run);
    const { object } = run.pipeline;

    expect(await object.enter(run.id, createEntry("first"))).toEqual({ kind: "stopped" });
    const failed = { kind: "failed", error: { code: "late", detail: "Late", step: "between" } } as const;
    expect(await object.tell(run.id, createReport("between", failed))).toBe("ended");
    expect(await object.finish(run.id, { play: 1, output: null, error: failed.error })).toBe(false);
    expect((await run.report()).state).toBe("queued");
  });

  it("is started again when the Workflow of its play before was still ending", async () => {
    const run = await new OnePipeline(film).play();
    await run.go();
    await rerun(run);
    engine.poke = async () => "ended";
    await run.pipeline.next();

    expect(engine.relaunched).toEqual([run.id, run.id]);
    expect((await run.report()).state).toBe("queued");
    await run.pipeline.object.begin(run.id);
    await run.pipeline.next();
    expect(await run.report()).toMatchObject({ state: "failed", error: { code: "internal" } });
  });

  it("is refused when its results were too large to be kept, and says at which step", async () => {
    const run = await new OnePipeline(async (run) => {
      for (let n = 1; n <= 34; n += 1) await run.step(`${n}`, async () => "x".repeat(500_000));
      throw new Error("broken");
    }).play();
    await run.go();
    expect(await rerun(run)).toMatchObject({ kind: "unsettled", steps: [{ name: "34", fate: { why: "not_kept" } }] });
  });
});

describe("a stopped run that is run again", () => {
  it("makes anew what was stopped, and keeps what was done", async () => {
    const run = await new OnePipeline(film).play();
    broken = false;
    run.steps.onWait = async ({ name }) => {
      if (studio.charged.size === 2 && name.includes("second")) await run.pipeline.object.stop(run.id);
      await run.runAllAlarms();
    };
    studio.status = "completed";
    const generate = gen.posts;
    gen.posts = (asked) => {
      if (studio.charged.size === 1 && asked.path.endsWith("/2/generate")) studio.status = "processing";
      if (asked.path.endsWith("/stop")) studio.status = "stopped";
      return generate(asked);
    };
    await run.go();
    expect((await run.report()).state).toBe("stopping");
    expect(await kindOf(run)).toBe("stopping");
    await run.pipeline.next();
    expect((await run.report()).state).toBe("stopped");
    await run.passBy(60_000);
    gen.posts = generate;

    expect(await kindOf(run)).toBe("started");
    studio.status = "completed";
    expect(await restart(run).go()).toBeNull();
    expect(studio.charged.size).toBe(3);
    expect((await run.report()).state).toBe("finished");
  });
});

describe("runs that were run in the past", () => {
  it("are found by how and when they ended, in order, page by page, and counted", async () => {
    const pipeline = new OnePipeline(async () => Promise.reject(new Error("no")), { exclusive: () => "one" });
    const ids: string[] = [];
    for (const key of ["a", "b", "c"]) {
      const run = await pipeline.play(key);
      await run.go();
      ids.push(run.id);
      pass(1_000);
    }
    const now = Date.now();
    const find = (more: object = {}) =>
      pipeline.object.ended({ state: "failed", since: 0, until: now, after: 0, limit: 2, ...more });
    const first = await find();
    expect([first.matched, first.runs.map(({ id }) => id)]).toEqual([3, ids.slice(0, 2)]);
    const rest = await find({ after: first.runs.at(-1)?.number });
    expect([rest.matched, rest.runs.map(({ id }) => id)]).toEqual([1, ids.slice(2)]);
    expect((await find({ since: now - 1_500 })).matched).toBe(1);
    expect((await find({ until: now - 1_500 })).matched).toBe(2);
    expect((await find({ state: "stopped" })).matched).toBe(0);
    expect([await pipeline.object.countFailed(0), await pipeline.object.countFailed(now)]).toEqual([3, 0]);
    const listed = await pipeline.object.list({ before: null, limit: 10, state: "failed", since: now - 1_500 });
    expect(listed.map(({ id }) => id)).toEqual(ids.slice(2));
  });

  it("are read as before when they were stored by a version that knew no re-runs", async () => {
    const pipeline = new OnePipeline(film);
    const { id } = await pipeline.start();
    await runInDurableObject(pipeline.object as DurableObjectStub, (_, { storage: { sql } }) => {
      for (const index of ["runs_failed", "runs_in_state"]) sql.exec(`DROP INDEX ${index}`);
      for (const column of ["play", "begun", "renewed", "kept_chars", "lost_charges"])
        sql.exec(`ALTER TABLE runs DROP COLUMN ${column}`);
      sql.exec("DROP TABLE results");
      sql.exec("CREATE TABLE rejections (id TEXT PRIMARY KEY)");
    });
    await pipeline.evict();

    expect(await pipeline.report(id)).toMatchObject({ state: "queued", reruns: 0 });
    expect(await pipeline.object.begin(id)).toMatchObject({ play: 1, renewed: {} });
    expect(await pipeline.rows("results")).toEqual([]);
  });
});
