import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { weekdayLine } from "../support/weekday-line.ts";
import { letTimePass, OnePipeline, Studio } from "./pipeline-world.ts";
import { calmDown } from "./played.ts";
import { createWorld, type Gen } from "./world.ts";

vi.mock("../../src/pipelines/instance.ts", async () => (await import("./played.ts")).instances);
vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

const INPUT = { agent_id: "42", sheet: "101", cell: "10111", topic: "bread" };

let gen: Gen;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  letTimePass();
  calmDown();
});

afterEach(() => end());

it("returns what GEN has written, and charges once though the machine dies after GEN was asked", async () => {
  const studio = new Studio(gen);
  const run = await new OnePipeline(weekdayLine.run, weekdayLine).play("1", INPUT);
  // The first step is the run's own beginning, the second asks GEN.
  run.steps.deaths = 2;

  expect(await run.go()).toBeNull();
  expect(await run.output()).toEqual({ text: "a text" });
  expect(studio.charged.size).toBe(1);
});

it("fails with GEN's reason when GEN could not write it", async () => {
  const studio = new Studio(gen);
  studio.status = "failed";
  const run = await new OnePipeline(weekdayLine.run, weekdayLine).play("1", INPUT);

  expect(await run.go()).toMatchObject({ code: "generation_failed", step: "write" });
});
