import * as v from "valibot";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { definePipeline } from "../../src/pipelines/define.ts";
import { letTimePass, OnePipeline, Studio } from "./pipeline-world.ts";
import { calmDown } from "./played.ts";
import { createWorld, type Gen } from "./world.ts";

vi.mock("../../src/pipelines/instance.ts", async () => (await import("./played.ts")).instances);
vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

const hello = definePipeline({
  name: "hello",
  description: "Generates a text.",
  input: v.object({ agent_id: v.string(), sheet: v.string(), cell: v.string(), prompt: v.string() }),
  agent: ({ agent_id }) => agent_id,
  run: async (run) => {
    const { agent_id, sheet, cell, prompt } = run.input;
    const text = await run.generate("write", "cells.generate", {
      params: { sheet, cell },
      query: { agent_id },
      body: { generation_type: "text", data: { prompt } },
    });
    return { text: text.result };
  },
});

const INPUT = { agent_id: "42", sheet: "101", cell: "10111", prompt: "A line about bread" };

let gen: Gen;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  letTimePass();
  calmDown();
});

afterEach(() => end());

it("hello returns what GEN has written, and charges once though the machine dies after GEN was asked", async () => {
  const studio = new Studio(gen);
  const run = await new OnePipeline(hello.run, hello).play("1", INPUT);
  // The first step is the run's own beginning, the second asks GEN.
  run.steps.deaths = 2;

  expect(await run.go()).toBeNull();
  expect(await run.output()).toEqual({ text: "a text" });
  expect(studio.charged.size).toBe(1);
});
