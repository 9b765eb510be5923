import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { cell, clientOf, letTimePass, OnePipeline, type PlayedRun, PlayedSteps, Studio } from "./pipeline-world.ts";
import { calmDown } from "./played.ts";
import { createWorld, type Gen, heal, lost } from "./world.ts";

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

/** A run whose generation somebody has stopped at GEN. */
async function playStopped(maxCharges = 100): Promise<PlayedRun> {
  studio.status = "stopped";
  const work = new OnePipeline((run) => run.generate("one", "cells.generate", cell("1")), { maxCharges });
  const run = await work.play();
  expect(await run.go()).toMatchObject({ code: "generation_stopped" });
  return run;
}

const rerun = (run: PlayedRun) => run.pipeline.object.rerun(run.id, clientOf("client"));

/** The Workflow is restarted: it has forgotten all its results. */
function replay(run: PlayedRun): Promise<Error | null> {
  Object.assign(run, { steps: new PlayedSteps(({ timeout }) => run.passBy(timeout)) });
  return run.go();
}

describe("a run whose generation was stopped, when it is run again", () => {
  it("counts what was stopped towards its charges, because GEN may have kept the credits", async () => {
    const run = await playStopped(2);
    await rerun(run);
    expect(await replay(run)).toMatchObject({ code: "generation_stopped" });
    expect(studio.charged.size).toBe(2);

    await rerun(run);
    expect(await replay(run)).toMatchObject({ code: "max_charges_reached" });
    expect(studio.charged.size).toBe(2);
  });

  it("takes what was continued at GEN and has completed, and pays for no other", async () => {
    const run = await playStopped();
    studio.status = "completed";

    expect(await rerun(run)).toMatchObject({ kind: "started" });
    expect(await replay(run)).toBeNull();
    expect(studio.charged.size).toBe(1);
  });

  it("goes on with what was continued at GEN and is at work there, to its end", async () => {
    const run = await playStopped();
    studio.status = "processing";
    expect(await rerun(run)).toMatchObject({ kind: "started" });
    Object.assign(run, {
      steps: new PlayedSteps(({ timeout }) => {
        studio.status = "completed";
        return run.passBy(timeout);
      }),
    });

    expect(await run.go()).toBeNull();
    expect(studio.charged.size).toBe(1);
  });

  it("is refused while GEN does not say whether it was continued, and nothing is made anew", async () => {
    const run = await playStopped();
    const { reads } = gen;
    gen.reads = lost;
    expect(await rerun(run)).toMatchObject({ kind: "unsettled", steps: [{ fate: { why: "gen_silent" } }] });

    gen.reads = reads;
    expect(await rerun(run)).toMatchObject({ kind: "started" });
  });
});
