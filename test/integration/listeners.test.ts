import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { calmDown, waking, woken } from "./played.ts";
import {
  answers,
  Call,
  createGate,
  createJob,
  createWorld,
  DAY_MS,
  type Gen,
  Generation,
  generated,
  HOUR_MS,
  heal,
  lost,
  pass,
  until,
} from "./world.ts";

vi.mock("../../src/generations/wake-run.ts", async () => (await import("./played.ts")).wakers);

const is = (status: string) => answers(200, { status, id: 1 });
const listener = (step: string) => ({ run: "run-1", event: `step-${step}` });
const down = async () => {
  throw new Error("overloaded");
};

let gen: Gen;
let end: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  heal();
  calmDown();
  gen.reads = is("processing");
});

afterEach(() => end());

async function settle(generation: Generation, status = "completed"): Promise<void> {
  gen.reads = is(status);
  pass(Math.max(0, (await generation.alarmInMs()) ?? Number.NaN));
  await generation.runAlarm();
}

describe("a listener of a generation", () => {
  it("is woken once at its end, and not before", async () => {
    const generation = new Generation();
    await generation.begin("call-1", false, listener("a"));
    await generation.runAlarm();
    expect(woken).toEqual([]);

    await settle(generation);
    expect(woken).toEqual([listener("a")]);
    pass(HOUR_MS);
    await generation.runAlarm();
    expect(woken).toHaveLength(1);
    expect((await generation.tracked())?.listeners).toEqual([]);
  });

  it("is woken when it was given up, too", async () => {
    gen.reads = lost;
    const generation = new Generation();
    await generation.begin("call-1", false, listener("a"));
    pass(DAY_MS);
    await generation.runAlarm();
    expect(await generation.tracked()).toMatchObject({ phase: "gave-up" });
    expect(woken).toEqual([listener("a")]);
  });

  it("is woken at once when it comes after the end", async () => {
    const generation = new Generation();
    await generation.begin("call-1");
    await settle(generation);
    await generation.begin("call-1", false, listener("late"));
    expect(woken).toEqual([listener("late")]);
  });

  it("is woken by the alarm ten seconds later, by any machine, when it could not be woken at first", async () => {
    waking.wake = down;
    const generation = new Generation();
    await generation.begin("call-1", false, listener("a"));
    await settle(generation);
    await until(async () => (await generation.alarmInMs()) === 10_000);
    await generation.evict();
    pass(10_000);
    await generation.runAlarm();
    expect(woken).toEqual([]);
    expect(await generation.alarmInMs()).toBe(10_000);

    waking.wake = async () => {};
    pass(10_000);
    await generation.runAlarm();
    expect(woken).toEqual([listener("a")]);
    expect(await generation.alarmInMs()).toBeGreaterThan(6 * DAY_MS);
  });

  it("is kept once, however often it is sent", async () => {
    const generation = new Generation();
    for (let n = 0; n < 3; n += 1) await generation.begin("call-1", false, listener("a"));
    await generation.begin("call-1", false, listener("b"));
    expect((await generation.tracked())?.listeners).toEqual([listener("a"), listener("b")]);
  });

  it("is woken at the next end when it comes with a continuation", async () => {
    const generation = new Generation();
    await generation.begin("call-1", false, listener("first"));
    await settle(generation, "failed");
    gen.reads = is("processing");
    await generation.begin("call-2", true, listener("second"));
    await generation.runAlarm();
    expect(woken).toEqual([listener("first")]);

    await settle(generation);
    expect(woken).toEqual([listener("first"), listener("second")]);
  });

  it("is not forgotten when it comes while another is being woken", async () => {
    const gate = createGate();
    const generation = new Generation();
    await generation.begin("call-1", false, listener("a"));
    waking.wake = async () => void (await gate.passes(generated())({ method: "", path: "", search: "", key: null }));
    const settling = settle(generation);
    await until(async () => (await generation.tracked())?.phase === "settled");
    await generation.begin("call-2", true, listener("b"));
    gate.open();
    await settling;
    expect(await generation.tracked()).toMatchObject({ phase: "running", listeners: [listener("b")] });
  });

  it("is woken at the end, too, when the generation was found by evidence, because the answer was lost", async () => {
    gen.posts = lost;
    const call = new Call({ async: true, listener: listener("a") });
    await call.start();
    gen.posts = answers(422, { error: "No credits", error_code: "insufficient_credits_for_job" });
    gen.reads = answers(200, { user_jobs: [createJob(9_778)] });
    pass(3_000);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "settled", adopted: true });
    expect(woken).toEqual([listener("a")]);

    gen.reads = is("completed");
    await runDurableObjectAlarm(env.GENERATIONS.getByName("generation:9778") as DurableObjectStub);
    expect(woken).toEqual([listener("a"), listener("a")]);
  });
});

describe("a listener of a call", () => {
  it.each([
    ["settled", generated(), "settled"],
    ["refused", answers(422, { error: "Bad", error_code: "validation_error" }), "not_charged"],
  ] as const)("is woken once when the call has ended: %s", async (_, behaviour, kind) => {
    gen.posts = behaviour;
    const call = new Call({ async: true, listener: listener("a") });
    await call.start();
    await until(async () => woken.length > 0);
    expect(await call.state()).toMatchObject({ kind });
    expect(woken).toEqual([listener("a")]);
  });

  it("is not woken while the call's outcome is open", async () => {
    gen.posts = lost;
    const call = new Call({ async: true, listener: listener("a") });
    await call.start();
    expect(await call.state()).toMatchObject({ kind: "collecting" });
    expect(woken).toEqual([]);
  });

  it("is woken when nobody knows the call's outcome", async () => {
    gen.posts = lost;
    const call = new Call({ async: true, mode: "once", listener: listener("a") });
    await call.start();
    await until(() => woken.length > 0);
    expect(await call.state()).toMatchObject({ kind: "unknown" });
  });

  it("is woken by the alarm when it could not be woken at first", async () => {
    waking.wake = down;
    const call = new Call({ async: true, listener: listener("a") });
    await call.start();
    await until(async () => (await call.record())?.followUpFailures === 1);
    expect((await call.record())?.followUps).toContain("tell");
    waking.wake = async () => {};
    pass(10_000);
    await call.runAlarm();
    expect(woken).toEqual([listener("a")]);
  });

  it("finds a cancelled call cancelled: it is not sent after all", async () => {
    gen.posts = () => Response.json({}, { status: 429, headers: { "retry-after": "60" } });
    const call = new Call({ async: true, join: true, listener: listener("a") });
    await call.start();
    await call.object.cancel();
    gen.posts = generated();

    expect((await call.submit(1_000)).view).toMatchObject({ kind: "not_charged", why: "cancelled" });
    expect(gen.charged).toHaveLength(1);
  });
});

describe("a call that is not charged", () => {
  it.each([
    ["rows.create", "/vidsheet/101/rows", true],
    ["sheets.create", "/vidsheet", false],
  ] as const)("carries GEN's key where GEN knows one: %s", async (operation, path, carries) => {
    gen.posts = answers(201, { rows: [] });
    await new Call({ operation, path, async: true }).submit(1_000);
    expect(gen.charged[0]?.key !== null).toBe(carries);
  });
});
