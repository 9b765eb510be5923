import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DurableCall } from "../../src/calls/durable-call.ts";
import { cell, createEntry, createReport, letTimePass, NO_CREDITS, OnePipeline, Studio } from "./pipeline-world.ts";
import { calmDown, engine } from "./played.ts";
import { createGate, createWorld, type Gen, heal, until } from "./world.ts";

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

const one = async (run: Parameters<OnePipeline["definition"]["run"]>[0]) =>
  run.generate("one", "cells.generate", cell("1"));

const stops = () => gen.charged.filter(({ path }) => path.endsWith("/stop"));

describe("a run that is stopped", () => {
  it("never begins when it was stopped before its Workflow was launched", async () => {
    engine.launch = async () => {
      throw new Error("workflows are down");
    };
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    expect(await pipeline.object.stop(run.id)).toMatchObject({ state: "stopping" });

    await pipeline.next();
    expect((await run.report()).state).toBe("stopped");
    expect(await run.go()).toBeNull();
    expect(gen.sent).toEqual([]);
    expect((await run.report()).state).toBe("stopped");
  });

  it("waits no longer for a place, and takes none", async () => {
    const pipeline = new OnePipeline(one, { concurrency: 1 });
    const other = await pipeline.start("other");
    await pipeline.object.enter(other.id, createEntry("busy"));
    const run = await pipeline.play();
    run.steps.onWait = async () => {
      await pipeline.object.stop(run.id);
      await pipeline.object.tell(other.id, createReport("busy", { kind: "done", value: "null" }));
    };

    expect(await run.go()).toMatchObject({ code: "run_stopped" });
    expect(await pipeline.rows("steps WHERE slot <> 'none'")).toEqual([]);
    expect(gen.sent).toEqual([]);
  });

  it("has its call on the way called off once GEN has answered: the generation is stopped", async () => {
    const gate = createGate();
    gen.script.push(gate.passes(studio.generate));
    studio.status = "processing";
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    const running = run.go();
    await until(() => gen.charged.length === 1);
    await pipeline.object.stop(run.id);
    studio.status = "stopped";
    gate.open();

    expect(await running).toMatchObject({ code: "run_stopped" });
    await run.runAllAlarms();
    expect(stops().length).toBeGreaterThan(0);
    await pipeline.next();
    expect(await run.report()).toMatchObject({ state: "stopped", error: null });
  });

  it("has its call called off all the same when that was not accepted yet", async () => {
    const gate = Promise.withResolvers<void>();
    const { submit } = DurableCall.prototype;
    let waits = 0;
    vi.spyOn(DurableCall.prototype, "submit").mockImplementation(async function (this: DurableCall, ...given) {
      waits += 1;
      await gate.promise;
      return submit.apply(this, given);
    });
    studio.status = "processing";
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    const running = run.go();
    await until(() => waits === 1);
    await pipeline.object.stop(run.id);
    gate.resolve();

    expect(await running).toMatchObject({ code: "run_stopped" });
    await run.runAllAlarms();
    expect(stops()).toHaveLength(1);
  });

  it("has its running generation stopped at GEN, at once", async () => {
    studio.status = "processing";
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    run.steps.onWait = async () => {
      await pipeline.object.stop(run.id);
      await until(() => stops().length === 1);
      studio.status = "stopped";
    };

    expect(await run.go()).toMatchObject({ code: "run_stopped" });
    expect((await run.report()).state).toBe("stopping");
    await pipeline.next();
    expect((await run.report()).state).toBe("stopped");
    expect(await run.step("one")).toMatchObject({ state: "failed", charged: "yes" });
  });

  it("stays stopped when a step reports afterwards that it waits for credits", async () => {
    const gate = createGate();
    gen.posts = gate.passes(NO_CREDITS);
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    const running = run.go();
    await until(() => gen.charged.length === 1);
    await pipeline.object.stop(run.id);
    gate.open();
    await running;

    expect((await run.report()).state).toBe("stopping");
    await pipeline.next();
    expect((await run.report()).state).toBe("stopped");
  });

  it("asks GEN no more when it is paused for credits", async () => {
    gen.posts = NO_CREDITS;
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    run.steps.onWait = async () => void (await pipeline.object.stop(run.id));

    expect(await run.go()).toMatchObject({ code: "run_stopped" });
    expect(gen.charged).toHaveLength(1);
  });

  it("is stopped once when it is stopped twice", async () => {
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    const [first, second] = [await pipeline.object.stop(run.id), await pipeline.object.stop(run.id)];
    await pipeline.next();

    expect([first?.state, second?.state, (await pipeline.object.stop(run.id))?.state]).toEqual([
      "stopping",
      "stopping",
      "stopped",
    ]);
    expect(engine.terminated).toEqual([run.id]);
  });

  it("is left as it is when it has ended, and so is all that it has made", async () => {
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    await run.go();
    const before = await run.report();

    expect(await pipeline.object.stop(run.id)).toEqual(before);
    expect(stops()).toEqual([]);
    expect(await pipeline.object.stop("0".repeat(64))).toBeNull();
  });

  it("keeps what it has done: only calls of steps that are not done are called off", async () => {
    const cancel = vi.spyOn(DurableCall.prototype, "cancel");
    const pipeline = new OnePipeline(async (run) => {
      await run.generate("done", "cells.generate", cell("1"));
      studio.status = "processing";
      await run.generate("running", "cells.generate", cell("2"));
    });
    const run = await pipeline.play();
    run.steps.onWait = async ({ name, timeout }) => {
      if (name.includes("running")) await pipeline.object.stop(run.id);
      else await run.passBy(timeout);
    };
    await run.go();

    expect(await run.call((await run.step("done"))?.callId).report()).toMatchObject({ cancelWanted: false });
    expect(await run.call((await run.step("running"))?.callId).report()).toMatchObject({ cancelWanted: true });
    expect(cancel).toHaveBeenCalled();
  });

  it("ends its Workflow first, then calls off once more: what was on its way meanwhile is caught", async () => {
    const order: string[] = [];
    const { cancel } = DurableCall.prototype;
    vi.spyOn(DurableCall.prototype, "cancel").mockImplementation(function (this: DurableCall) {
      order.push("cancel");
      return cancel.call(this);
    });
    engine.terminate = async () => void order.push("terminate");
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    await pipeline.object.begin(run.id);
    await pipeline.object.enter(run.id, createEntry("one"));
    await pipeline.object.stop(run.id);
    expect(await pipeline.alarmInMs()).toBe(10_000);
    await pipeline.next();

    expect(order).toEqual(["cancel", "terminate", "cancel"]);
  });

  it("is stopped later when its Workflow can't be ended", async () => {
    const terminate = vi.fn().mockRejectedValueOnce(new Error("overloaded")).mockResolvedValue(undefined);
    engine.terminate = terminate;
    const pipeline = new OnePipeline(one);
    const run = await pipeline.play();
    await pipeline.object.stop(run.id);
    await pipeline.next();
    expect((await run.report()).state).toBe("stopping");
    expect(await pipeline.alarmInMs()).toBe(30_000);

    await pipeline.next();
    expect((await run.report()).state).toBe("stopped");
  });

  it("is not finished by its pipeline, though its code catches what stopped it", async () => {
    const pipeline = new OnePipeline(async (run) => {
      await pipeline.object.stop(run.id);
      return run.generate("one", "cells.generate", cell("1")).catch(({ code }) => code);
    });
    const run = await pipeline.play();
    expect(await run.go()).toBeNull();
    await pipeline.next();

    expect(await run.report()).toMatchObject({ state: "stopped", output: null });
    expect(gen.sent).toEqual([]);
  });
});

describe("a step's report that comes after the run's end", () => {
  it.each([
    ["waiting for credits", { kind: "waiting", waitsFor: "credits", ms: 1 }],
    ["waiting for a place", { kind: "waiting", waitsFor: "slot", ms: 1 }],
    ["done", { kind: "done", value: "null" }],
    ["failed", { kind: "failed", error: { code: "bad", detail: "Bad", step: "late" } }],
  ] as const)("does not revive the run, and records what was charged: %s", async (_, now) => {
    const pipeline = new OnePipeline(one);
    const { id } = await pipeline.start();
    await pipeline.object.enter(id, createEntry("late"));
    const error = { code: "bad", detail: "Bad", step: "other" };
    expect(await pipeline.object.finish(id, { play: 1, output: null, error })).toBe(true);

    expect(await pipeline.object.tell(id, createReport("late", now, "yes"))).toBe("ended");
    expect(await pipeline.object.enter(id, createEntry("late"))).toEqual({ kind: "stopped" });
    expect(await pipeline.object.begin(id)).toBeNull();
    expect(await pipeline.object.finish(id, { play: 1, output: "1", error: null })).toBe(false);
    const report = await pipeline.report(id);
    expect(report).toMatchObject({ state: "failed", error, output: null });
    expect(report.steps).toMatchObject([{ state: "failed", charged: "yes", waitsFor: null, turns: 1 }]);
  });
});
