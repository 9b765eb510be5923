import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Client } from "../../src/access/policy.ts";
import { toPipelineClient } from "../../src/calls/pipeline-client.ts";
import type { Config } from "../../src/env.ts";
import { getIsolate } from "../../src/isolate.ts";
import { toDay, toMonth } from "../../src/money/period.ts";
import { cell, clientOf, letTimePass, OnePipeline, type PlayedRun, PlayedSteps, Studio } from "./pipeline-world.ts";
import { calmDown } from "./played.ts";
import { answers, createWorld, DAY_MS, type Gen, heal, pass, until } from "./world.ts";

vi.mock("../../src/pipelines/instance.ts", async () => (await import("./played.ts")).instances);
vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

let gen: Gen;
let studio: Studio;
let end: () => void;
let clients = 0;
let price: unknown;

beforeEach(() => {
  ({ gen, end } = createWorld());
  letTimePass();
  heal();
  calmDown();
  studio = new Studio(gen);
  price = 60;
  gen.posts = (sent) =>
    sent.path.endsWith("/estimate") ? answers(200, { estimated_credits: price })(sent) : studio.generate(sent);
});

afterEach(() => {
  setBudgets([]);
  end();
});

type Work = ConstructorParameters<typeof OnePipeline>[0];

const createClient = (bounds: Partial<Client["policy"]> = {}) => {
  clients += 1;
  return clientOf(`payer-${clients}`, bounds);
};
const text = (n: number) => ({ ...cell(String(n)), body: { generation_type: "text", data: { prompt: `${n}` } } });
const generateEach = (count: number): Work => {
  return async (run) => {
    for (let n = 1; n <= count; n += 1) await run.generate(`${n}`, "cells.generate", text(n));
  };
};
const ledger = () => env.LEDGER.getByName(toMonth(Date.now()));
const spentOf = async (of: "client" | "tag" | "pipeline" | "all", name: string) => {
  const { reserved, reservedCalls, spent, spentCalls } = await ledger().sums({ of, name }, toDay(Date.now()));
  return { reserved: [reservedCalls, reserved], spent: [spentCalls, spent] };
};

function setBudgets(budgets: Config["budgets"]): void {
  (getIsolate(env).config as { budgets: Config["budgets"] }).budgets = budgets;
}

/** What a run has spent this month, as rows of the ledger. */
function readSpent({ id }: PlayedRun): Promise<Record<string, SqlStorageValue>[]> {
  return runInDurableObject(ledger() as DurableObjectStub, (_, { storage }) =>
    storage.sql.exec("SELECT * FROM charges WHERE state = 'spent' AND run = ? ORDER BY at", id).toArray(),
  );
}

/** Its Workflow is restarted, and has forgotten all its results. */
function again(run: PlayedRun): Promise<Error | null> {
  Object.assign(run, { steps: new PlayedSteps(({ timeout }) => run.passBy(timeout)) });
  return run.go();
}

const sentSteps = (run: PlayedRun) =>
  run.report().then(({ steps }) => steps.map(({ name, state, charged }) => [name, state, charged]));

describe("a run that a client has started", () => {
  it("is paid by that client: its charges are in the ledger with pipeline, run, tag and payer", async () => {
    const client = createClient();
    const pipeline = new OnePipeline(generateEach(2), { tag: "own" });
    const run = await pipeline.play("1", {}, { client, tag: "customer-17" });
    expect(await run.go()).toBeNull();

    const whose = { client: client.id, pipeline: pipeline.name, run: run.id, tag: "customer-17", account: "default" };
    const what = { agent: "42", operation: "cells.generate", type: "text" };
    await until(async () => (await readSpent(run)).length === 2);
    expect(await readSpent(run)).toMatchObject([1, 2].map(() => ({ ...whose, ...what })));
  });

  const DAY = /It begins anew at \d{4}-\d\d-\d\dT00:00:00\.000Z\.$/;

  it.each([
    [
      "the client's quota",
      { client: { chargesPerDay: 1 } },
      "quota_exhausted",
      "the client that started the run: 0 of 1 calls for this day",
    ],
    [
      "the client's credits",
      { client: { creditsPerDay: 100 } },
      "quota_exhausted",
      "the run: 40 of 100 credits for this day (UTC), and the call needs 60.",
    ],
    [
      "the client's month",
      { client: { creditsPerMonth: 100 } },
      "budget_exhausted",
      "the run: 40 of 100 credits for this month",
    ],
    ["the pipeline's calls", { pipeline: { chargesPerDay: 1 } }, "budget_exhausted", "the pipeline test-"],
    [
      "the pipeline's credits",
      { pipeline: { creditsPerMonth: 100 } },
      "budget_exhausted",
      ": 40 of 100 credits for this month",
    ],
  ] as const)("is held by %s, whichever is used up first", async (_, { client, pipeline }: Held, code, detail) => {
    const starter = createClient({ chargesPerDay: 5, ...client });
    const run = await new OnePipeline(generateEach(3), { budget: { chargesPerDay: 5, ...pipeline } }).play(
      "1",
      {},
      { client: starter },
    );

    expect(await run.go()).toMatchObject({ code, step: "2" });
    expect(await sentSteps(run)).toEqual([
      ["1", "done", "yes"],
      ["2", "failed", "no"],
    ]);
    expect((await run.report()).error?.detail).toContain(detail);
    expect((await run.report()).error?.detail).toMatch(/^Too little is left of the budget of .* It begins anew at /);
    expect(studio.charged.size).toBe(1);
  });

  interface Held {
    readonly client?: Partial<Client["policy"]>;
    readonly pipeline?: OnePipeline["definition"]["budget"];
  }

  it("counts in both budgets, and with the client's own calls in the client's", async () => {
    const client = createClient({ creditsPerDay: 200 });
    const pipeline = new OnePipeline(generateEach(2), { budget: { creditsPerDay: 300 } });
    expect(await (await pipeline.play("1", {}, { client })).go()).toBeNull();
    await until(async () => (await spentOf("client", client.id)).spent[0] === 2);
    expect(await spentOf("client", client.id)).toEqual({ reserved: [0, 0], spent: [2, 120] });
    expect(await spentOf("pipeline", pipeline.name)).toEqual({ reserved: [0, 0], spent: [2, 120] });

    const other = await pipeline.play("2", {}, { client: createClient() });
    expect(await other.go()).toBeNull();
    const third = await pipeline.play("3", {}, { client: createClient() });
    expect(await third.go()).toMatchObject({ code: "budget_exhausted", step: "2" });
    const own = await new OnePipeline(generateEach(2)).play("1", {}, { client });
    expect(await own.go()).toMatchObject({ code: "quota_exhausted", step: "2" });
  });

  it("does not say how much all calls together may spend: that is the operator's", async () => {
    setBudgets([{ of: "all", name: "", unit: "credits", per: "day", limit: 4_321 }]);
    price = 5_000;
    const run = await new OnePipeline(generateEach(1)).play("1", {}, { client: createClient() });
    expect(await run.go()).toMatchObject({ code: "budget_exhausted" });
    const { error } = await run.report();
    expect(error?.detail).toMatch(/^Too little is left of the budget of all calls together: \d+ credits for this day/);
    expect(error?.detail).toMatch(DAY);
    expect(error?.detail).not.toContain(" of 4321");
  });

  it("fails before it is sent at a call that is dearer than one call of the client may be", async () => {
    price = 601;
    const run = await new OnePipeline(generateEach(1)).play("1", {}, { client: createClient({ maxCredits: 600 }) });
    expect(await run.go()).toMatchObject({ code: "price_over_limit", message: expect.stringContaining("601") });
    expect([await sentSteps(run), studio.charged.size]).toEqual([[["1", "failed", "no"]], 0]);
  });

  it("fails before it is sent at a call that GEN names no price for", async () => {
    price = null;
    const run = await new OnePipeline(generateEach(1)).play("1", {}, { client: createClient({ creditsPerDay: 600 }) });
    expect(await run.go()).toMatchObject({ code: "price_unknown", message: expect.stringContaining("no price") });
    expect([await sentSteps(run), studio.charged.size]).toEqual([[["1", "failed", "no"]], 0]);
  });
});

describe("a run of an earlier version", () => {
  it("goes on, and is paid by its client within no bounds: none were kept with it", async () => {
    const pipeline = new OnePipeline(generateEach(1));
    const run = await pipeline.play("1", {}, { client: createClient({ chargesPerDay: 0 }) });
    await runInDurableObject(pipeline.object as DurableObjectStub, (_, { storage }) =>
      storage.sql.exec("ALTER TABLE runs DROP COLUMN terms"),
    );
    await pipeline.evict();

    expect(await run.go()).toBeNull();
    await until(async () => (await readSpent(run)).length === 1);
    expect(await readSpent(run)).toMatchObject([{ client: `payer-${clients}`, pipeline: pipeline.name }]);
  });
});

describe("a run that a webhook or a schedule has started", () => {
  it("is in its pipeline's own budget, and paid by the pipeline", async () => {
    const pipeline = new OnePipeline(generateEach(3), { budget: { chargesPerDay: 2 }, tag: "nightly" });
    const run = await pipeline.play("1", {}, { client: null });

    expect(await run.go()).toMatchObject({ code: "budget_exhausted", step: "3" });
    const payer = toPipelineClient(pipeline.name);
    await until(async () => (await readSpent(run)).length === 2);
    expect(await readSpent(run)).toMatchObject(
      [1, 2].map(() => ({ client: payer, pipeline: pipeline.name, tag: "nightly" })),
    );
  });

  it.each([
    ["its tag's", { of: "tag", name: "nightly" }, "the tag nightly: 0 of 2 calls"],
    ["each tag's", { of: "tag", name: "*" }, "the tag nightly: 0 of 2 calls"],
    ["the GEN account's", { of: "account", name: "default" }, "the GEN account default: 0 calls"],
    ["that of all", { of: "all", name: "" }, "all calls together: 0 calls"],
  ] as const)("is in the budgets of the deployment: %s", async (_, holder, detail) => {
    setBudgets([{ ...holder, unit: "calls", per: "day", limit: 2 }]);
    const run = await new OnePipeline(generateEach(3), { tag: "nightly" }).play("1", {}, { client: null });

    expect(await run.go()).toMatchObject({ code: "budget_exhausted", step: "3" });
    expect((await run.report()).error?.detail).toContain(detail);
    expect(studio.charged.size).toBe(2);
  });
});

describe("a budget that several runs share", () => {
  it("is never exceeded, however many of them ask at once", async () => {
    const generateAll: Work = async (run) => {
      const all = [1, 2, 3].map((n) => run.generate(`${n}`, "cells.generate", text(n)));
      return (await Promise.allSettled(all)).filter(({ status }) => status === "fulfilled").length;
    };
    const pipeline = new OnePipeline(generateAll, { budget: { creditsPerDay: 250 }, concurrency: 20 });
    const runs = await Promise.all([1, 2, 3, 4].map((n) => pipeline.play(`${n}`, {}, { client: createClient() })));
    expect(await Promise.all(runs.map((run) => run.go()))).toEqual([null, null, null, null]);

    const done = await Promise.all(runs.map((run) => run.output()));
    expect(done.reduce((sum: number, count) => sum + Number(count), 0)).toBe(4);
    expect(studio.charged.size).toBe(4);
  });
});

describe("a run that a budget has ended", () => {
  it("goes on from that step the next day, and is in the budget of that day", async () => {
    const client = createClient({ chargesPerDay: 2 });
    const pipeline = new OnePipeline(generateEach(3));
    const run = await pipeline.play("1", {}, { client });
    await run.go();
    expect((await pipeline.object.rerun(run.id, client))?.kind).toBe("started");
    expect(await again(run)).toMatchObject({ code: "quota_exhausted", step: "3" });

    pass(DAY_MS);
    expect((await pipeline.object.rerun(run.id, client))?.kind).toBe("started");
    expect(await again(run)).toBeNull();
    expect(studio.charged.size).toBe(3);
    await until(async () => (await spentOf("client", client.id)).spent[0] === 1);
  });

  it("stays its starter's when an operator runs it again", async () => {
    const client = createClient({ chargesPerDay: 1 });
    const pipeline = new OnePipeline(generateEach(2));
    const run = await pipeline.play("1", {}, { client });
    await run.go();

    await pipeline.object.rerun(run.id, createClient());
    expect(await again(run)).toMatchObject({ code: "quota_exhausted", step: "2" });
    pass(DAY_MS);
    await pipeline.object.rerun(run.id, createClient());
    expect(await again(run)).toBeNull();
    await until(async () => (await spentOf("client", client.id)).spent[0] === 1);
  });

  it("is within what its starter may do now when that one runs it again", async () => {
    const client = createClient({ chargesPerDay: 1 });
    const pipeline = new OnePipeline(generateEach(2));
    const run = await pipeline.play("1", {}, { client });
    await run.go();

    const now = { ...client, policy: { ...client.policy, chargesPerDay: 5, generationTypes: ["render"] } };
    await pipeline.object.rerun(run.id, now);
    expect(await again(run)).toMatchObject({ code: "generation_not_allowed", step: "2" });
    await pipeline.object.rerun(run.id, { ...now, policy: { ...now.policy, generationTypes: ["text"] } });
    expect(await again(run)).toBeNull();
  });

  it("has the tag that its starter's policy sets now, if that one runs it again; else its own", async () => {
    const client = createClient({ chargesPerDay: 1 });
    const run = await new OnePipeline(generateEach(2)).play("1", {}, { client, tag: "chosen" });
    await run.go();
    await run.pipeline.object.rerun(run.id, client);
    expect((await run.report()).terms?.tag).toBe("chosen");
    expect(await again(run)).toMatchObject({ code: "quota_exhausted" });

    const now = { ...client, policy: { ...client.policy, chargesPerDay: 5, tag: "set" } };
    await run.pipeline.object.rerun(run.id, now);
    expect((await run.report()).terms?.tag).toBe("set");
    expect(await again(run)).toBeNull();
    await until(async () => (await spentOf("tag", "set")).spent[0] === 1);
  });

  it("goes on with what is paid for, though its starter may not order that any more", async () => {
    let wanted: v.GenericSchema = v.number();
    const pipeline = new OnePipeline((run) => run.call("made", "cells.generate", { ...text(1), answer: wanted }));
    const client = createClient();
    const run = await pipeline.play("1", {}, { client });
    expect(await run.go()).toMatchObject({ code: "gen_bad_response" });

    wanted = v.any();
    await pipeline.object.rerun(run.id, { ...client, policy: { ...client.policy, generationTypes: ["render"] } });
    expect(await again(run)).toBeNull();
    expect([await sentSteps(run), studio.charged.size]).toEqual([[["made", "done", "yes"]], 1]);
  });
});
