import { introspectWorkflowInstance } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { wakeRun } from "../../src/generations/wake-run.ts";
import { toRunId } from "../../src/pipelines/run-id.ts";
import { StepFailed } from "../../src/pipelines/step-failed.ts";
import { PipelineRun } from "../../src/pipelines/steps/pipeline-run.ts";
import { cell, letTimePass, OnePipeline, PlayedRun, Studio } from "./pipeline-world.ts";
import { createWorld, type Gen, heal, until } from "./world.ts";

let gen: Gen;
let studio: Studio;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  letTimePass();
  heal();
  studio = new Studio(gen);
});

afterEach(() => end());

const one = async (run: Parameters<OnePipeline["definition"]["run"]>[0]) =>
  run.generate("one", "cells.generate", cell("1"));

async function start(work: OnePipeline["definition"]["run"]): Promise<PlayedRun> {
  const pipeline = new OnePipeline(work);
  return new PlayedRun(pipeline, (await pipeline.start()).id);
}

const statusOf = async ({ id }: PlayedRun) => (await (await env.RUNS.get(id)).status()).status;

const waitsFor = (run: PlayedRun, what: string) => until(async () => (await run.step("one"))?.waitsFor === what);

async function isIn(run: PlayedRun, state: string): Promise<void> {
  await until(async () => (await run.report()).state === state);
}

describe("a run's Workflow", () => {
  it("goes to its end, woken by the event of its generation's end", async () => {
    studio.status = "processing";
    const run = await start(one);
    await waitsFor(run, "generation");
    studio.status = "completed";
    await run.passBy(15_000);

    await isIn(run, "finished");
    await until(async () => (await statusOf(run)) === "complete");
    expect(await run.output()).toMatchObject({ status: "completed" });
    expect(studio.charged.size).toBe(1);
  });

  it("ends in order when its run has failed, and its output says so as the run does", async () => {
    const run = await start(async (run) =>
      run.step("one", async () => Promise.reject(new StepFailed({ code: "bad", detail: "Bad", step: "x" }))),
    );

    await isIn(run, "failed");
    await until(async () => (await statusOf(run)) === "complete");
    const error = { code: "bad", detail: "Bad", step: "one" };
    expect((await run.report()).error).toEqual(error);
    expect((await (await env.RUNS.get(run.id)).status()).output).toEqual({ state: "failed", error });
  });

  it("is terminated when its run is stopped, and its generation is stopped at GEN", async () => {
    studio.status = "processing";
    // Its own code goes on, though it gets an error when it is stopped.
    const run = await start((run) => one(run).catch(() => scheduler.wait(20_000)));
    await waitsFor(run, "generation");
    await run.pipeline.object.stop(run.id);
    await run.pipeline.next();

    expect((await run.report()).state).toBe("stopped");
    expect(await statusOf(run)).toBe("terminated");
    await until(() => gen.charged.some(({ path }) => path.endsWith("/stop")));
  });

  it("is not disturbed while it sleeps by a check, and gets its event afterwards", async () => {
    studio.status = "processing";
    const run = await start(one);
    // The event of its call comes first: that makes two turns.
    await until(async () => (await run.step("one"))?.turns === 2);
    await waitsFor(run, "generation");
    await run.pipeline.next();
    await scheduler.wait(50);
    expect((await run.step("one"))?.turns).toBe(2);

    studio.status = "completed";
    await run.passBy(15_000);
    await isIn(run, "finished");
  });

  it("fails the run, and frees its place, when it was ended without the run's doing", async () => {
    studio.status = "processing";
    const run = await start(one);
    await waitsFor(run, "generation");
    await (await env.RUNS.get(run.id)).terminate();
    await run.pipeline.next();

    expect(await run.report()).toMatchObject({ state: "failed", error: { code: "internal" } });
    expect(await run.pipeline.rows("steps WHERE slot <> 'none'")).toEqual([]);
  });

  it("looks for itself when its event never comes", async () => {
    studio.status = "processing";
    const pipeline = new OnePipeline(one);
    const id = await toRunId(pipeline.name, "manual", "client", "1");
    const instance = await introspectWorkflowInstance(env.RUNS, id);
    await instance.modify(async (modifier) => {
      for (const what of ["call", "generation"]) await modifier.forceEventTimeout({ name: `after 1. one: ${what}` });
    });
    const run = new PlayedRun(pipeline, (await pipeline.start("1")).id);
    expect(run.id).toBe(id);

    await until(async () => Number((await run.step("one"))?.turns) > 1);
    expect(gen.charged).toHaveLength(1);
    await instance.dispose();
  });

  it("runs once when it is launched twice", async () => {
    const run = vi.spyOn(PipelineRun.prototype, "run");
    const pipeline = new OnePipeline(async (run) => run.step("one", async () => 1));
    const { id } = await pipeline.start();
    const { launch } = await import("../../src/pipelines/instance.ts");
    await launch({ pipeline: pipeline.name, run: id }, env);

    await until(async () => (await pipeline.report(id)).state === "finished");
    expect(run).toHaveBeenCalledTimes(1);
  });
});

describe("an event", () => {
  it("is dropped for a run that does not exist, or has ended", async () => {
    await wakeRun({ run: "0".repeat(64), event: "step-1" }, env);
    const run = await start(async () => 1);
    await isIn(run, "finished");
    await wakeRun({ run: run.id, event: "step-1" }, env);
    expect((await run.report()).state).toBe("finished");
  });

  it("is dropped when it can't be sent to a run that has ended, and sent again to another one", async () => {
    const createRuns = (status: string) => ({
      get: async () => ({
        status: async () => ({ status }),
        sendEvent: async () => {
          throw new Error("cannot receive events");
        },
      }),
    });
    const listener = { run: "1", event: "step-1" };
    for (const status of ["complete", "errored", "terminated"]) {
      await wakeRun(listener, { RUNS: createRuns(status) } as never);
    }
    await expect(wakeRun(listener, { RUNS: createRuns("running") } as never)).rejects.toThrow("cannot receive");
    const down = { get: () => Promise.reject(new Error("internal_server")) };
    await expect(wakeRun(listener, { RUNS: down } as never)).rejects.toThrow("internal_server");
  });
});
