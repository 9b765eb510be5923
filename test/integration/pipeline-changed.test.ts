import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Run } from "../../src/pipelines/run.ts";
import { cell, clientOf, letTimePass, OnePipeline, type PlayedRun, PlayedSteps, Studio } from "./pipeline-world.ts";
import { calmDown } from "./played.ts";
import { answers, createWorld, type Gen, heal } from "./world.ts";

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

/** The pipeline's code is changed, the run is run again, and its restarted Workflow plays it to its end. */
async function rerun(run: PlayedRun): Promise<Error | null> {
  expect((await run.pipeline.object.rerun(run.id, clientOf("client")))?.kind).toBe("started");
  Object.assign(run, { steps: new PlayedSteps(({ timeout }) => run.passBy(timeout)) });
  return run.go();
}

const generate = (run: Run<unknown>) => run.generate("one", "cells.generate", cell("1"));
/** GEN answers a call with the same key as it answered the first one. */
const remembers = (first: () => Response) => {
  const keys = new Map<string, Response>();
  return ({ key }: { key: string | null }) => {
    const known = keys.get(String(key)) ?? (keys.size === 0 ? first() : Response.json({ run_id: "run-1" }));
    keys.set(String(key), known);
    return known.clone();
  };
};

describe("a run that is run again after its call was not charged", () => {
  it.each([
    ["refused", answers(422, { error: "Not so", error_code: "validation_error" })],
    ["put off until a person confirms it", answers(428, { error_code: "confirmation_required" })],
  ])("makes a call anew that was %s, under another key, with what its changed code says", async (_, answer) => {
    gen.posts = remembers(() => answer({} as never) as Response);
    let message = "before";
    const run = await new OnePipeline((run) =>
      run.call("one", "runs.create", { params: {}, body: { agent_id: "42", message } }),
    ).play();
    expect(await run.go()).not.toBeNull();
    const before = await run.step("one");
    message = "after";

    expect(await rerun(run)).toBeNull();
    expect(await run.step("one")).toMatchObject({ state: "done", charged: "yes" });
    expect((await run.step("one"))?.callId).not.toBe(before?.callId);
  });

  it("makes a call anew that was cancelled before it was sent, because the run was stopped", async () => {
    gen.posts = answers(429, { error: "Later" });
    const run = await new OnePipeline(generate).play();
    run.steps.onWait = async () => {
      await run.pipeline.object.stop(run.id);
    };
    await run.go();
    await run.pipeline.next();
    expect((await run.report()).state).toBe("stopped");
    gen.posts = studio.generate;
    heal();

    expect(await rerun(run)).toBeNull();
    expect(studio.charged.size).toBe(1);
  });
});

it("a call that was answered is not made with another request: the step fails until its code asks for the same again", async () => {
  gen.posts = answers(200, { run_id: "run-1" });
  let message = "before";
  let answer: v.GenericSchema = v.object({ run_id: v.number() });
  const run = await new OnePipeline((run) =>
    run.call("one", "runs.create", { params: {}, body: { agent_id: "42", message }, answer }),
  ).play();
  expect(await run.go()).toMatchObject({ code: "gen_bad_response" });
  answer = v.object({ run_id: v.string() });
  message = "after";
  expect(await rerun(run)).toMatchObject({ code: "idempotency_key_reused" });
  expect(await rerun(run)).toMatchObject({ code: "idempotency_key_reused" });
  message = "before";

  expect(await rerun(run)).toBeNull();
  expect(gen.sent.filter(({ method }) => method === "POST")).toHaveLength(1);
});
