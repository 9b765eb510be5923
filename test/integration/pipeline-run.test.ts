import { env } from "cloudflare:workers";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DurableCall } from "../../src/calls/durable-call.ts";
import { GenerationTracker } from "../../src/generations/tracker.ts";
import { getIsolate } from "../../src/isolate.ts";
import { PipelineRuns } from "../../src/pipelines/runs/pipeline-runs.ts";
import { StepFailed } from "../../src/pipelines/step-failed.ts";
import { cell, letTimePass, OnePipeline, SHEET, Studio } from "./pipeline-world.ts";
import { calmDown, woken } from "./played.ts";
import { answers, createWorld, DAY_MS, type Gen, heal, lost, until } from "./world.ts";

vi.mock("../../src/pipelines/instance.ts", async () => (await import("./played.ts")).instances);
vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

const MINUTE_MS = 60_000;
const Rows = v.object({ rows: v.array(v.unknown()) });
const row = { params: SHEET, query: { agent_id: "42" }, body: { count: 1 } };

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

describe("a step whose machine dies", () => {
  const pipeline = () =>
    new OnePipeline(async (run) => {
      const first = await run.generate("first", "cells.generate", cell("1"));
      const created = await run.call("row", "rows.create", row);
      const second = await run.generate("second", "cells.generate", cell("2"));
      return { made: [first.id, second.id], created };
    });

  it("is repeated when it dies before any of its results is stored, and charges once", async () => {
    const run = await pipeline().play();
    run.steps.bodies = 3;

    expect(await run.go()).toBeNull();
    expect((await run.report()).state).toBe("finished");
    expect(new Set(gen.charged.map(({ key, path }) => `${path} ${key}`)).size).toBe(gen.charged.length);
    expect(gen.charged).toHaveLength(3);
  });

  it("goes on where it was when it dies again and again", async () => {
    const run = await pipeline().play();
    run.steps.deaths = 8;

    expect(await run.go()).toBeNull();
    expect(run.steps.deaths).toBe(0);
    expect(gen.charged).toHaveLength(3);
  });

  it.each(["enter", "tell"] as const)("goes on when its run can't be reached for a while (%s)", async (verb) => {
    const original = PipelineRuns.prototype[verb] as (...given: unknown[]) => Promise<never>;
    let calls = 0;
    vi.spyOn(PipelineRuns.prototype, verb).mockImplementation(async function (this: PipelineRuns, ...given: unknown[]) {
      calls += 1;
      if (calls % 2 === 1) throw new Error("overloaded");
      const done = await original.apply(this, given);
      if (calls % 4 === 0) throw new Error("Network connection lost.");
      return done;
    });
    const run = await pipeline().play();

    expect(await run.go()).toBeNull();
    expect(gen.charged).toHaveLength(3);
    expect(await run.pipeline.rows("steps WHERE slot <> 'none'")).toEqual([]);
  });

  it("fails in the same way after it was refused for good, and asks GEN for nothing more", async () => {
    gen.script.push(answers(422, { error: "Bad", error_code: "validation_error" }));
    const run = await new OnePipeline(async (run) => run.generate("one", "cells.generate", cell("1"))).play();
    run.steps.bodies = 2;

    expect(await run.go()).toMatchObject({ code: "validation_error" });
    expect(gen.charged).toHaveLength(1);
  });
});

describe("an unexpected error in a step", () => {
  it("ends the step when its repeats do not help: its place is free, others go on, and the report says where", async () => {
    const submit = vi.spyOn(DurableCall.prototype, "submit").mockRejectedValue(new Error("overloaded"));
    const work = async (run: Parameters<OnePipeline["definition"]["run"]>[0]) => {
      const first = await run.generate("one", "cells.generate", cell("1")).catch((error) => error);
      submit.mockRestore();
      const second = await run.generate("two", "cells.generate", cell("2"));
      return { code: first.code, step: first.step, second: second.status };
    };
    const run = await new OnePipeline(work, { concurrency: 1 }).play();

    expect(await run.go()).toBeNull();
    expect(await run.output()).toEqual({ code: "pipeline_error", step: "one", second: "completed" });
    expect(await run.step("one")).toMatchObject({ state: "failed", error: { code: "pipeline_error", step: "one" } });
  });

  it("fails the run when it is thrown by the pipeline's own code, outside of steps", async () => {
    const run = await new OnePipeline(async () => {
      throw new TypeError("x is not a function");
    }).play();

    const log = vi.spyOn(getIsolate(env), "log");
    expect(await run.go()).toBeInstanceOf(TypeError);
    const stack = expect.stringContaining("pipeline-run.test.ts");
    expect(log).toHaveBeenCalledWith(
      "warn",
      expect.objectContaining({ message: "pipeline_error", run_id: run.id, stack }),
    );
    expect(await run.report()).toMatchObject({
      state: "failed",
      error: { code: "pipeline_error", detail: "TypeError: x is not a function", step: null },
    });
  });
});

describe("a step's result", () => {
  const play = async (work: () => Promise<unknown>) => {
    const run = await new OnePipeline(async (run) => ({ got: await run.step("one", work) })).play();
    return { run, thrown: await run.go() };
  };

  it("is null when the step returns nothing", async () => {
    const { run } = await play(async () => undefined);
    expect(await run.output()).toEqual({ got: null });
  });

  it.each([
    ["512 KiB are kept", "a".repeat(512 * 1_024 - 2), null],
    ["a byte more fails the step", "a".repeat(512 * 1_024 - 1), "result_too_large"],
    ["a letter of two bytes counts as two", "é".repeat(256 * 1_024), "result_too_large"],
  ])("has at most 512 KiB: %s", async (_, value, code) => {
    let kept = "";
    const run = await new OnePipeline(async (run) => {
      kept = await run.step("one", async () => value);
    }).play();
    const thrown = await run.go();

    expect((thrown as StepFailed | null)?.code ?? null).toBe(code);
    expect(kept === value).toBe(code === null);
  });

  it("fails the run when all results together are more than 512 KiB", async () => {
    const half = "a".repeat(300 * 1_024);
    const run = await new OnePipeline(async () => [half, half]).play();

    expect(await run.go()).toMatchObject({ code: "result_too_large" });
    expect((await run.report()).error).toMatchObject({ code: "result_too_large" });
  });

  it("belongs to one name in a run", async () => {
    const run = await new OnePipeline(async (run) => {
      await run.step("one", async () => 1);
      await run.step("one", async () => 2);
    }).play();

    expect(String(await run.go())).toContain('Two steps of this run are called "one"');
    expect((await run.report()).state).toBe("failed");
  });

  it("is not taken for another's, whatever the steps are called", async () => {
    studio.status = "processing";
    const run = await new OnePipeline(async (run) => {
      const generating = run.generate("a", "cells.generate", cell("1")).then(({ status }) => status);
      const names = ["2. a", "a (2)", "after 1. a: generation", "1. a", "begin", "finish", "failed: 1. a"];
      const own = await Promise.all(names.map((name) => run.step(name, async () => name)));
      return { names, own, generated: await generating };
    }).play();
    run.steps.onWait = async ({ timeout }) => {
      studio.status = "completed";
      await run.passBy(timeout);
    };

    expect(await run.go()).toBeNull();
    const { names, own, generated } = (await run.output()) as Record<string, unknown>;
    expect(own).toEqual(names);
    expect(generated).toBe("completed");
  });
});

describe("what GEN answers", () => {
  it("is the call's value, as its schema makes it", async () => {
    gen.posts = answers(201, { rows: ["7"], more: true });
    const Answer = v.pipe(
      Rows,
      v.transform(({ rows }) => rows.map(Number)),
    );
    const run = await new OnePipeline(async (run) => run.call("row", "rows.create", { ...row, answer: Answer })).play();

    expect(await run.go()).toBeNull();
    expect(await run.output()).toEqual([7]);
  });

  it("fails the step when it does not fit, and may have been charged all the same", async () => {
    gen.posts = answers(201, { user_job_id: 5 });
    const run = await new OnePipeline(async (run) =>
      run.call("post", "user_jobs.create", { params: {}, body: { agent_id: 42 }, answer: Rows }),
    ).play();

    expect(await run.go()).toMatchObject({ code: "gen_bad_response", message: expect.stringContaining("rows") });
    expect(await run.step("post")).toMatchObject({ state: "failed", charged: "yes" });
  });

  it("is asked for with the same Idempotency-Key at each send, where GEN knows one: rows too", async () => {
    gen.script.push(lost);
    gen.posts = answers(201, { rows: [] });
    const run = await new OnePipeline(async (run) => run.call("row", "rows.create", row)).play();

    expect(await run.go()).toBeNull();
    const keys = gen.charged.map(({ key }) => key);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is asked for once where GEN knows no key: a lost answer fails the step, and an operator must look", async () => {
    gen.posts = lost;
    const run = await new OnePipeline(async (run) =>
      run.call("post", "user_jobs.create", { params: {}, body: { agent_id: 42 } }),
    ).play();
    run.steps.bodies = 2;

    expect(await run.go()).toMatchObject({ code: "outcome_unknown" });
    expect(gen.charged).toHaveLength(1);
    expect(await run.step("post")).toMatchObject({ charged: "unknown" });
  });

  it("fails the step when it asks for a confirmation, which no machine gives", async () => {
    gen.posts = answers(428, { error_code: "confirmation_required", confirm_token: "t" });
    const run = await new OnePipeline(async (run) => run.generate("one", "cells.generate", cell("1"))).play();

    expect(await run.go()).toMatchObject({ code: "gen_rejected_request" });
    expect(gen.charged).toHaveLength(1);
    expect(await run.step("one")).toMatchObject({ charged: "no" });
  });

  it.each(["source_not_ready", "generation_pending"])(
    "is asked for again by its call, under the same key, when GEN puts it off: %s",
    async (error_code) => {
      const notYet = answers(202, { error_code, retryable: true });
      gen.script.push(notYet, notYet);
      gen.posts = answers(200, { results: [{ index: 0, result: { user_job_id: 5 } }] });
      const body = { agent_id: 42, actions: [] };
      const run = await new OnePipeline(async (run) => run.call("act", "sheets.act", { params: {}, body })).play();

      expect(await run.go()).toBeNull();
      expect(gen.charged).toHaveLength(3);
      expect(new Set(gen.charged.map(({ key }) => key)).size).toBe(1);
      expect(await run.step("act")).toMatchObject({ state: "done", charged: "yes" });
    },
  );

  it("can't be asked for with what is no id: the run fails at once, and nothing was sent", async () => {
    const run = await new OnePipeline(async (run) =>
      run.generate("one", "cells.generate", { params: { sheet: "101", cell: "../me" } }),
    ).play();

    expect(await run.go()).toMatchObject({ code: "input_invalid", step: "one" });
    expect(gen.sent).toEqual([]);
  });
});

describe("a generation", () => {
  const play = async () => {
    const run = await new OnePipeline(async (run) => run.generate("one", "cells.generate", cell("1"))).play();
    return { run, thrown: await run.go() };
  };

  it("is the step's value when it is completed, with the addresses of what was made", async () => {
    studio.members = { result: { words: 3 }, output_resources: [{ url: "https://cdn/1.mp4" }, { url: null }] };
    const { run } = await play();
    const [id] = studio.charged.values();
    expect(await run.output()).toEqual({
      id: String(id),
      status: "completed",
      result: { words: 3 },
      urls: ["https://cdn/1.mp4"],
    });
    expect(await run.step("one")).toMatchObject({ charged: "yes", generation: String(id) });
  });

  it.each([
    ["failed", { failed_reason: "No face found" }, "generation_failed", "No face found", "no"],
    ["stopped", {}, "generation_stopped", "The generation was stopped.", "unknown"],
  ])("fails the step when it has %s", async (status, members, code, detail, charged) => {
    studio.status = status;
    studio.members = members;
    const { run, thrown } = await play();
    expect(thrown).toMatchObject({ code, message: detail });
    expect(await run.step("one")).toMatchObject({ state: "failed", charged });
  });

  it("is waited for with an event, half an hour at a time", async () => {
    studio.status = "processing";
    const run = await new OnePipeline(async (run) => run.generate("one", "cells.generate", cell("1"))).play();
    const waits = () => run.steps.waits.filter(({ name }) => name.endsWith("generation"));
    run.steps.onWait = async ({ timeout }) => {
      if (waits().length === 3) studio.status = "completed";
      await run.passBy(timeout);
    };

    expect(await run.go()).toBeNull();
    const { callId } = (await run.step("one")) ?? {};
    expect(waits()).toHaveLength(3);
    expect(waits()[0]).toMatchObject({ type: `step-${callId?.slice(0, 32)}`, timeout: 30 * MINUTE_MS });
    expect(woken).toContainEqual({ run: run.id, event: `step-${callId?.slice(0, 32)}` });
  });

  it("is lost without an end after 24 hours, and was charged", async () => {
    studio.status = "processing";
    const { run, thrown } = await play();
    expect(thrown).toMatchObject({ code: "generation_lost" });
    expect(await run.step("one")).toMatchObject({ charged: "yes" });
  });

  it("is still found when its run slept for days after it had begun", async () => {
    studio.status = "processing";
    const run = await new OnePipeline(async (run) => run.generate("one", "cells.generate", cell("1"))).play();
    run.steps.onWait = async ({ name }) => {
      await run.passBy(MINUTE_MS);
      if (!name.endsWith("generation")) return;
      studio.status = "completed";
      await run.passBy(MINUTE_MS);
      await run.passBy(2 * DAY_MS);
    };

    expect(await run.go()).toBeNull();
    expect(gen.charged).toHaveLength(1);
  });

  it("is waited for all the same when its tracker could not be reached at first", async () => {
    vi.spyOn(GenerationTracker.prototype, "begin").mockRejectedValueOnce(new Error("overloaded"));
    const { run, thrown } = await play();
    expect(thrown).toBeNull();
    expect(run.steps.waits[0]?.name).toBe("after 1. one: call");
    expect(studio.charged.size).toBe(1);
  });

  it("is not taken for what it was before when it is continued", async () => {
    studio.status = "failed";
    const run = await new OnePipeline(async (run) => {
      const first = await run.generate("one", "cells.generate", cell("1")).catch((error) => error.code);
      const [generation] = [...studio.charged.values()].map(String);
      studio.status = "completed";
      vi.spyOn(GenerationTracker.prototype, "begin").mockRejectedValueOnce(new Error("overloaded"));
      const again = { params: { generation: String(generation) }, body: { agent_id: 42 } };
      const second = await run.generate("two", "generations.continue", again);
      return [first, second.status];
    }).play();

    expect(await run.go()).toBeNull();
    expect(await run.output()).toEqual(["generation_failed", "completed"]);
  });

  it("fails the step when an operator has called off its call, and is not begun again", async () => {
    gen.posts = () => Response.json({}, { status: 429, headers: { "retry-after": "600" } });
    const run = await new OnePipeline(async (run) => run.generate("one", "cells.generate", cell("1"))).play();
    run.steps.onWait = async () => {
      await run.call((await run.step("one"))?.callId).cancel();
      gen.posts = studio.generate;
    };

    expect(await run.go()).toMatchObject({ code: "call_cancelled" });
    expect(studio.charged.size).toBe(0);
  });
});

describe("a read in a step", () => {
  const down = answers(503, {});
  const play = () =>
    new OnePipeline(async (run) =>
      run.step("look", (tools) =>
        tools.read("rows.list", { params: SHEET, query: { agent_id: "42" }, answer: Rows }).then(({ rows }) => rows),
      ),
    ).play();

  it("is repeated after 30 s, doubling to 5 min, while GEN is down", async () => {
    gen.reads = down;
    const run = await play();
    run.steps.onWait = async ({ timeout }) => {
      if (run.steps.waits.length === 6) gen.reads = answers(200, { rows: [1] });
      await run.passBy(timeout);
    };

    expect(await run.go()).toBeNull();
    expect(run.steps.waits.map(({ timeout }) => timeout / 1_000)).toEqual([30, 60, 120, 240, 300, 300]);
    expect(await run.output()).toEqual([1]);
  });

  it.each([
    ["refused", answers(404, { error: "Not found", error_code: "spreadsheet_not_found" }), "spreadsheet_not_found"],
    ["unfit", answers(200, { no: "rows" }), "gen_bad_response"],
    ["in want of a person's word", answers(428, { error_code: "confirmation_required" }), "gen_rejected_request"],
  ])("fails the step at once when its answer is %s", async (_, behaviour, code) => {
    gen.reads = behaviour;
    const run = await play();

    expect(await run.go()).toMatchObject({ code });
    expect(gen.asked).toHaveLength(1);
    expect(run.steps.waits).toEqual([]);
    expect(await run.step("look")).toMatchObject({ state: "failed", error: { code } });
  });

  it("may be a call of its own, without a durable call behind it", async () => {
    gen.reads = answers(200, { rows: [2] });
    const request = { params: SHEET, query: { agent_id: "42" }, answer: Rows };
    const run = await new OnePipeline(async (run) => run.call("look", "rows.list", request)).play();

    expect(await run.go()).toBeNull();
    expect(await run.output()).toEqual({ rows: [2] });
    expect(await run.step("look")).toMatchObject({ callId: null, charged: null });
  });
});

describe("steps at the same time", () => {
  it("go on when one of them fails, and the run ends as the pipeline says", async () => {
    gen.posts = (sent) =>
      sent.path.includes("/cells/2/")
        ? Response.json({ error: "Bad", error_code: "validation_error" }, { status: 422 })
        : studio.generate(sent);
    const run = await new OnePipeline(async (run) => {
      const steps = ["1", "2", "3"].map((id) => run.generate(id, "cells.generate", cell(id)));
      return (await Promise.allSettled(steps)).map(({ status }) => status);
    }).play();

    expect(await run.go()).toBeNull();
    expect(await run.output()).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(studio.charged.size).toBe(2);
  });

  it("are paid for and tracked when a failed run leaves them behind; they hold no place, and the run stays failed", async () => {
    studio.status = "processing";
    let left: Promise<unknown> = Promise.resolve();
    const pipeline = new OnePipeline(async (run) => {
      left = run.generate("left", "cells.generate", cell("1")).catch((error) => error);
      await until(async () => (await pipeline.report(run.id)).steps[0]?.waitsFor === "generation");
      await run.step("bad", async () => Promise.reject(new StepFailed({ code: "bad", detail: "Bad", step: "bad" })));
    });
    const run = await pipeline.play();
    const { promise, resolve } = Promise.withResolvers<void>();
    run.steps.onWait = ({ name, timeout }) => (name.endsWith("generation") ? promise : run.passBy(timeout));
    await run.go();
    expect(await run.report()).toMatchObject({ state: "failed", error: { code: "bad", step: "bad" } });
    expect(await pipeline.rows("steps WHERE slot <> 'none'")).toEqual([]);

    studio.status = "completed";
    await run.runAllAlarms();
    resolve();
    expect(await left).toMatchObject({ code: "run_stopped" });
    expect((await run.report()).state).toBe("failed");
    expect(gen.charged.map(({ path }) => path)).toEqual(["/v1/vidsheet/101/cells/1/generate"]);
  });
});
