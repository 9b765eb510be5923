import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Policy } from "../../src/access/policy.ts";
import { toPipelineClient } from "../../src/calls/pipeline-client.ts";
import type { Limits } from "../../src/money/spending.ts";
import { cell, clientOf, letTimePass, OnePipeline, Studio } from "./pipeline-world.ts";
import { calmDown } from "./played.ts";
import { answers, createWorld, type Gen, heal } from "./world.ts";

vi.mock("../../src/pipelines/instance.ts", async () => (await import("./played.ts")).instances);
vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

let gen: Gen;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  letTimePass();
  heal();
  calmDown();
  const studio = new Studio(gen);
  gen.posts = (sent) =>
    sent.path.endsWith("/estimate") ? answers(200, { estimated_credits: 60 })(sent) : studio.generate(sent);
});

afterEach(() => end());

type Work = ConstructorParameters<typeof OnePipeline>[0];

const query = { agent_id: "42" };
const video = (data: object): Work => {
  return (run) =>
    run.generate("one", "cells.generate", {
      ...cell("1"),
      body: { generation_type: "video_from_text", data } as never,
    });
};
const render: Work = (run) => run.generate("one", "cells.render", { params: { sheet: "101", cell: "1" }, query });
const act: Work = (run) =>
  run.call("one", "sheets.act", { params: {}, body: { agent_id: "42", actions: [{ action: "generate" }] } });
const recur: Work = (run) => run.call("one", "recurring.create", { params: { agent: "42" }, body: { name: "x" } });
const readSheet: Work = (run) => run.step("one", ({ read }) => read("sheets.get", { params: { sheet: "101" }, query }));
const readAll: Work = (run) => run.step("one", ({ read }) => read("credits.balance", { params: {} }));
const patch: Work = (run) =>
  run.call("one", "cells.update", { params: { sheet: "101", cell: "1" }, query, body: { spreadsheet_cell: {} } });
const goOn: Work = (run) => run.generate("one", "generations.continue", { params: { generation: "77" } });
const getPost: Work = (run) => run.step("one", ({ read }) => read("posts.get", { params: { post: "77" } }));
const converse: Work = (run) =>
  run.call("one", "runs.create", { params: {}, body: { agent_id: "42", conversation_id: "c-77", message: "Go on" } });

/** What became of the step of a run that a client with these bounds has started. */
async function runWithin(bounds: Partial<Policy>, work: Work, budget: Limits = {}) {
  const pipeline = new OnePipeline(work, { agent: () => "42", budget });
  const run = await pipeline.play("1", {}, { client: clientOf("bounded", bounds) });
  await run.go();
  return { run, step: await run.step("one") };
}

describe("a call that is beyond the bounds of the run's client", () => {
  it.each<[string, Partial<Policy>, Work, string]>([
    ["another type", { generationTypes: ["text"] }, video({}), "generation_not_allowed"],
    ["another model", { models: ["small"] }, video({ model: "large" }), "generation_not_allowed"],
    ["a longer film", { maxDurationSeconds: 10 }, video({ duration: 11 }), "generation_not_allowed"],
    ["a rendering that is not listed", { generationTypes: ["text"] }, render, "generation_not_allowed"],
    ["another sheet", { sheets: ["102"] }, video({}), "sheet_not_allowed"],
    ["an edit in another sheet", { sheets: ["102"] }, patch, "sheet_not_allowed"],
    ["a look at another sheet", { sheets: ["102"] }, readSheet, "sheet_not_allowed"],
    ["another operation", { operations: ["sheets.get"] }, video({}), "operation_not_allowed"],
    ["a look that is no operation of its", { operations: ["cells.generate"] }, readSheet, "operation_not_allowed"],
    ["what no quota can count", { chargesPerDay: 9 }, act, "generation_not_allowed"],
    ["what spends later", { chargesPerMonth: 9 }, recur, "operation_not_allowed"],
    ["what has no price", { creditsPerDay: 900 }, render, "price_unknown"],
    ["an agent that is not its", { agents: ["43"] }, video({}), "agent_not_allowed"],
    ["what shows all agents", { agents: ["42"] }, readAll, "agent_not_allowed"],
    ["a generation that is not its own", { sheets: ["101"] }, goOn, "not_found"],
    ["a post that is not its own", { agents: ["42"] }, getPost, "not_found"],
    ["a conversation that is not its own", { chargesPerDay: 9 }, converse, "not_found"],
  ])("fails its step before anything is sent, and is not charged: %s", async (_, bounds, work, code) => {
    const { run, step } = await runWithin(bounds, work);

    expect(await run.report()).toMatchObject({ state: "failed", error: { code, step: "one" } });
    expect(step).toMatchObject({ state: "failed", error: { detail: expect.stringMatching(/\.$/) } });
    expect(step?.charged ?? "no").toBe("no");
    expect(gen.sent).toEqual([]);
    expect(await env.CALLS.getByName(step?.callId ?? "none").report()).toBeNull();
  });

  it.each<[string, Partial<Policy>, Work]>([
    ["a type that is listed", { generationTypes: ["video_from_text"] }, video({})],
    ["its sheet", { sheets: ["101"], operations: ["cells.update"] }, patch],
    ["what names its agent within", { agents: ["42"] }, video({ agent_id: "42", more: [{ agent_id: 42 }] })],
    ["a look at its sheet", { sheets: ["101"], operations: ["sheets.get"] }, readSheet],
    ["what is named with a price", { creditsPerDay: 900, prices: { render: 50 } }, render],
    ["what is priced", { creditsPerMonth: 900, maxCredits: 60 }, video({})],
  ])("does not: %s, whatever the scopes of the client", async (_, bounds, work) => {
    expect((await runWithin(bounds, work)).step).toMatchObject({ state: "done" });
  });

  it("fails its step when it names a second agent within, also where the pipeline names none", async () => {
    const pipeline = new OnePipeline(video({ agent_id: "43" }));
    const run = await pipeline.play("1", {}, { client: clientOf("two", { agents: ["42", "43"] }) });
    expect(await run.go()).toMatchObject({ code: "agent_not_allowed" });
    expect(gen.sent).toEqual([]);
  });

  it("does not when the pipeline's own runs, or the client, have made what it names by its id", async () => {
    gen.reads = answers(200, { platforms: [] });
    const post = env.GENERATIONS.getByName("post:77");
    await post.own("bounded");
    expect((await runWithin({ agents: ["42"] }, getPost)).step).toMatchObject({ state: "done" });

    const pipeline = new OnePipeline(getPost, { agent: () => "42" });
    const client = clientOf("another", { agents: ["42"] });
    const before = await pipeline.play("1", {}, { client });
    expect(await before.go()).toMatchObject({ code: "not_found" });
    await post.own(toPipelineClient(pipeline.name));
    expect(await (await pipeline.play("2", {}, { client })).go()).toBeNull();
  });
});

describe("a call that the budget of its pipeline can't hold", () => {
  it.each<[string, Limits, Work, string]>([
    ["it spends later", { chargesPerDay: 9 }, recur, "operation_not_allowed"],
    ["it can't be counted", { creditsPerMonth: 9 }, act, "price_unknown"],
    ["it can't be counted", { chargesPerMonth: 9 }, act, "generation_not_allowed"],
    ["it has no price", { creditsPerDay: 900 }, render, "price_unknown"],
  ])("fails before it is sent, whoever has started the run: %s", async (_, budget, work, code) => {
    const pipeline = new OnePipeline(work, { budget });
    for (const client of [null, clientOf("open")]) {
      const run = await pipeline.play("1", {}, { client });
      expect(await run.go()).toMatchObject({ code });
    }
    expect(gen.sent).toEqual([]);
  });

  it("is made when the budget names its price", async () => {
    const pipeline = new OnePipeline(render, { budget: { creditsPerDay: 90, prices: { render: 50 } } });
    expect(await (await pipeline.play("1", {}, { client: null })).go()).toBeNull();
    expect(await (await pipeline.play("2", {}, { client: null })).go()).toMatchObject({ code: "budget_exhausted" });
  });
});
