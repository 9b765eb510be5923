/** The helpers that docs/pipelines.md gives to the owner's own tests. */
import * as v from "valibot";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { cell, letTimePass, OnePipeline, SHEET, Studio } from "./pipeline-world.ts";
import { calmDown } from "./played.ts";
import { answers, createWorld, type Gen } from "./world.ts";

vi.mock("../../src/pipelines/instance.ts", async () => (await import("./played.ts")).instances);
vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

let gen: Gen;
let studio: Studio;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  letTimePass();
  calmDown();
  studio = new Studio(gen);
});

afterEach(() => end());

it("counts no charge for a request without a key, which GEN answers", async () => {
  const run = await new OnePipeline(async (each) => {
    const params = { ...SHEET, cell: "10112" };
    const changed = await each.call("set", "cells.update", { params, query: { agent_id: "42" }, body: { value: "a" } });
    const { id } = await each.generate("write", "cells.generate", cell("10111"));
    return { changed, id };
  }).play();

  expect(await run.go()).toBeNull();
  const [[, id] = []] = [...studio.charged];
  expect(await run.output()).toEqual({ changed: {}, id: String(id) });
  expect(studio.charged.size).toBe(1);
});

it("answers a step's own read beside those of the studio", async () => {
  const { reads } = gen;
  gen.reads = (sent) => (sent.path.endsWith("/vidsheet/101") ? answers(200, { id: 101 })(sent) : reads(sent));
  const run = await new OnePipeline(async (each) => {
    const request = { params: SHEET, query: { agent_id: "42" }, answer: v.object({ id: v.number() }) };
    const sheet = await each.step("read", ({ read }) => read("sheets.get", request));
    const { result } = await each.generate("write", "cells.generate", cell("10111"));
    return { sheet, result };
  }).play();

  expect(await run.go()).toBeNull();
  expect(await run.output()).toEqual({ sheet: { id: 101 }, result: "a text" });
});
