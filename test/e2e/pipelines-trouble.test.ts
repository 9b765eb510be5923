import { afterEach, beforeEach, expect, it } from "vitest";
import { durableCalls, eventually } from "../support/durable-calls.ts";
import { ENDLESS, IDEA, pipelineRuns, type RunBody, startQuickStack } from "../support/pipelines.ts";
import type { Stack } from "../support/stack.ts";

let stack: Stack;
beforeEach(async () => {
  stack = await startQuickStack();
});
afterEach(() => stack.close());

const calls = durableCalls(() => stack);
const runs = pipelineRuns(() => stack);
const step = ({ steps }: RunBody, name: string) => steps.find((each) => each.name === name);

it("a run that is stopped begins nothing more; what is at work is stopped at GEN, which gives the credits back", async () => {
  stack.gen.control.changeSettings(ENDLESS);
  const location = await runs.begin("idea-to-video", IDEA);
  const { steps } = await runs.reaches(location, (run) => step(run, "generate Video")?.waits_for === "generation");
  const response = await runs.stop(location);
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ state: "stopping" });

  const run = await runs.reaches(location, ({ state }) => state === "stopped");
  expect(await calls.statusAtGen(steps.at(-1)?.generation ?? "")).toBe("stopped");
  expect(run.steps.map(({ name }) => name)).not.toContain("render");
  expect(calls.totals()).toMatchObject({ charges: 1, refunds: 1 });
  expect((await runs.stop(location)).status).toBe(200);
});

it("a run that is stopped before its charged call was answered leaves nothing at work, either", async () => {
  stack.gen.control.changeSettings({ ...ENDLESS, workMs: 1_000 });
  const location = await runs.begin("idea-to-video", IDEA);
  await runs.reaches(location, (run) => step(run, "generate Video") !== undefined);
  await runs.stop(location);

  await runs.reaches(location, ({ state }) => state === "stopped");
  const { charges, refunds } = await eventually(calls.totals, (totals) => totals.refunds === totals.charges);
  expect([charges, refunds]).toEqual([1, 1]);
});

it("a run sleeps while GEN is down for longer than a step waits; then it goes on, and is charged once", async () => {
  const paid = "^/v1/(vidsheet/101/cells/.*/(generate|render)|generations/)";
  const down = { match: { path: paid }, outcomes: [{ status: 503, body: "<h1>503</h1>" }], repeat: true };
  stack.gen.control.addFaults({ rules: [down] });
  const location = await runs.begin("idea-to-video", IDEA);
  await runs.reaches(location, (run) => step(run, "generate Video")?.waits_for === "call");
  expect(calls.totals().charges).toBe(0);
  stack.gen.control.clearFaults();

  expect(await runs.ends(location)).toMatchObject({ state: "finished" });
  expect(runs.charges().map(({ operation }) => operation)).toEqual(["cells.generate", "cells.render"]);
});
