import { env } from "cloudflare:workers";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PIPELINES } from "../../src/app/pipelines.ts";
import { type CronIsolate, handleCron } from "../../src/cron/handle-cron.ts";
import { startPipelines } from "../../src/cron/pipeline-schedules.ts";
import { getIsolate } from "../../src/isolate.ts";
import { cron, definePipeline, type Pipeline } from "../../src/pipelines/define.ts";
import { PipelineRuns } from "../../src/pipelines/runs/pipeline-runs.ts";
import { createWorld, type Gen, until } from "./world.ts";

const HOURLY = "0 * * * *";
const SCHEDULED_AT = Date.UTC(2100, 0, 1, 12);
const tick = { cron: HOURLY, scheduledAt: SCHEDULED_AT };

let gen: Gen;
let end: () => void;
let lines: Readonly<Record<string, unknown>>[];
let isolate: CronIsolate;

beforeEach(() => {
  ({ gen, end } = createWorld());
  lines = [];
  isolate = { ...getIsolate(env), log: (level, line) => void lines.push({ level, ...line }) };
});

afterEach(async () => {
  await until(async () =>
    (await Promise.all(PIPELINES.map(listRuns))).flat().every(({ state }) => state === "finished"),
  );
  (PIPELINES as Pipeline[]).length = 0;
  end();
});

let names = 0;

/** A pipeline of this test, added to the deployment. */
function create(...triggers: Pipeline["triggers"]): Pipeline {
  names += 1;
  const pipeline = definePipeline({
    name: `scheduled-${names}`,
    description: "Says what it was given.",
    triggers,
    input: v.object({ sheet: v.string() }),
    run: async ({ input }) => input.sheet,
  });
  (PIPELINES as Pipeline[]).push(pipeline);
  return pipeline;
}

const fire = (...pipelines: Pipeline[]) => startPipelines(tick, { ...isolate, pipelines });
const listRuns = ({ name }: Pipeline) =>
  env.PIPELINES.getByName(name).list({ before: null, limit: 100, state: null, since: null });

async function inputsOf(pipeline: Pipeline): Promise<unknown[]> {
  const runs = await listRuns(pipeline);
  const reports = await Promise.all(runs.map(({ id }) => env.PIPELINES.getByName(pipeline.name).report(id)));
  return reports.map((report) => JSON.parse(report?.input ?? "null")).toReversed();
}

describe("a pipeline's schedule", () => {
  it("starts a run for each of its inputs, with the trigger that started it", async () => {
    const pipeline = create(cron(HOURLY, () => [{ sheet: "101" }, { sheet: "102" }]));
    await fire(pipeline);

    expect(await inputsOf(pipeline)).toEqual([{ sheet: "101" }, { sheet: "102" }]);
    const [run] = await listRuns(pipeline);
    expect(run?.trigger).toEqual({ kind: "cron", cron: HOURLY, scheduledAt: SCHEDULED_AT });
  });

  it("starts nothing twice when a tick comes twice, at once or later", async () => {
    const pipeline = create(cron(HOURLY, () => [{ sheet: "101" }]));
    await Promise.all([fire(pipeline), fire(pipeline)]);
    await fire(pipeline);

    expect(await listRuns(pipeline)).toHaveLength(1);
  });

  it("starts again at the next tick", async () => {
    const pipeline = create(cron(HOURLY, () => [{ sheet: "101" }]));
    await fire(pipeline);
    await startPipelines({ ...tick, scheduledAt: SCHEDULED_AT + 3_600_000 }, { ...isolate, pipelines: [pipeline] });

    expect(await listRuns(pipeline)).toHaveLength(2);
  });

  it("makes its inputs from the pipelines' variables", async () => {
    const pipeline = create(cron(HOURLY, ({ PIPELINE_SHEET = "none" }) => [{ sheet: PIPELINE_SHEET }]));
    isolate = { ...isolate, config: { ...isolate.config, pipelineVariables: { PIPELINE_SHEET: "103" } } };
    await fire(pipeline);

    expect(await inputsOf(pipeline)).toEqual([{ sheet: "103" }]);
  });

  it("is not started by another expression, nor is a pipeline without one", async () => {
    const others = [create(cron("*/5 * * * *", () => [{ sheet: "101" }])), create()];
    await fire(...others);

    expect(await Promise.all(others.map(listRuns))).toEqual([[], []]);
  });

  it("reports an input that does not fit, and starts the other runs", async () => {
    const pipeline = create(cron(HOURLY, () => [{ sheet: "101" }, { sheet: 5 }, { sheet: "102" }]));
    await expect(fire(pipeline)).rejects.toThrow("1 of 3 could not be started.");

    expect(await inputsOf(pipeline)).toEqual([{ sheet: "101" }, { sheet: "102" }]);
    expect(lines).toMatchObject([
      {
        level: "error",
        message: "schedule_failed",
        pipeline: pipeline.name,
        issues: [{ path: "sheet", message: expect.any(String) }],
      },
    ]);
  });

  it("reports that its inputs can't be made, and stops no other pipeline", async () => {
    const broken = create(
      cron(HOURLY, () => {
        throw new Error("no sheet");
      }),
    );
    const good = create(cron(HOURLY, () => [{ sheet: "101" }]));
    await expect(fire(broken, good)).rejects.toThrow("1 of 2 could not be started.");

    expect(await listRuns(good)).toHaveLength(1);
    expect(lines).toMatchObject([{ message: "schedule_failed", pipeline: broken.name, error: "Error: no sheet" }]);
  });

  it("starts the other runs when one can't be written down", async () => {
    const pipeline = create(cron(HOURLY, () => [{ sheet: "101" }, { sheet: "102" }]));
    vi.spyOn(PipelineRuns.prototype, "start").mockRejectedValueOnce(new Error("overloaded"));
    await expect(fire(pipeline)).rejects.toThrow("1 of 2 could not be started.");

    expect(await listRuns(pipeline)).toHaveLength(1);
    expect(lines).toMatchObject([{ message: "schedule_failed", error: expect.stringContaining("overloaded") }]);
  });

  it("is started by the cron trigger itself", async () => {
    const pipeline = create(cron(HOURLY, () => [{ sheet: "101" }]));
    await handleCron({ cron: HOURLY, scheduledTime: SCHEDULED_AT + 1_234 }, isolate);

    expect(lines).toContainEqual(
      expect.objectContaining({ level: "info", message: "cron", task: "pipelines", outcome: "ok" }),
    );
    const [run] = await listRuns(pipeline);
    expect(run?.trigger).toMatchObject({ scheduledAt: SCHEDULED_AT });
  });
});

describe("a cron trigger", () => {
  it("checks GEN's health and the ledger alone when no pipeline waits for it", async () => {
    await handleCron({ cron: "7 7 * * *", scheduledTime: SCHEDULED_AT }, isolate);

    const ended = lines.filter(({ message }) => message === "cron");
    expect(ended.map(({ task }) => task).sort()).toEqual(["health-watch", "ledger-check"]);
    expect(
      ended.every(({ cron, level, outcome }) => cron === "7 7 * * *" && level === "info" && outcome === "ok"),
    ).toBe(true);
  });

  it("does nothing in a Worker that is not configured, and reports why", async () => {
    const fault = { error: new Error("GEN_API_KEY is missing.") };
    await handleCron({ cron: "*/5 * * * *", scheduledTime: SCHEDULED_AT }, { ...isolate, fault });

    const failed = { level: "error", outcome: "failed", error: "Error: GEN_API_KEY is missing." };
    expect(lines).toMatchObject([failed, failed]);
    expect(gen.sent).toEqual([]);
  });
});
