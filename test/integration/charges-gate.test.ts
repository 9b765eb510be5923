import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isSpending } from "../../src/gen/operation.ts";
import { OPERATIONS } from "../../src/gen/operations.ts";
import { getIsolate } from "../../src/isolate.ts";
import { ChargesGate } from "../../src/money/charges-gate.ts";
import { ChargesSwitch } from "../../src/money/charges-switch.ts";
import type { GenOrder } from "../../src/pipelines/steps/gen-order.ts";
import { toRunSpender } from "../../src/pipelines/steps/spender.ts";
import { call as callInRun } from "../../src/pipelines/steps/turn.ts";
import { Call, createWorld, type Gen, heal, pass } from "./world.ts";

const DOWN = new Error("overloaded");
const LATER = OPERATIONS.filter((operation) => isSpending(operation) && !operation.charged);

let gen: Gen;
let end: () => void;
let gate: ChargesGate;

beforeEach(async () => {
  ({ gen, end } = createWorld());
  heal();
  gate = new ChargesGate(getIsolate(env));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await theSwitch().resume();
  end();
});

const theSwitch = () => env.CHARGES.getByName("all");

describe("the switch of charges", () => {
  it("is asked once in 5 s by an isolate, however many charged calls there are", async () => {
    const view = vi.spyOn(ChargesSwitch.prototype, "view");
    for (let call = 0; call < 100; call += 1) expect(await gate.judge()).toBe("open");
    pass(2_499);
    expect(await gate.judge()).toBe("open");
    expect(view).toHaveBeenCalledTimes(1);

    pass(1);
    await Promise.all(Array.from({ length: 100 }, () => gate.judge()));
    expect(view).toHaveBeenCalledTimes(2);
  });

  it("stops charges within 5 s in every isolate, and lets them go on within 5 s", async () => {
    expect(await gate.judge()).toBe("open");
    await theSwitch().pause();
    pass(5_000);
    expect(await gate.judge()).toBe("paused");

    await theSwitch().resume();
    pass(5_000);
    expect(await gate.judge()).toBe("open");
  });

  it("is asked by each call once what is known is 5 s old, though another call has just asked and has no answer yet", async () => {
    expect(await gate.judge()).toBe("open");
    await theSwitch().pause();
    pass(4_000);
    vi.spyOn(ChargesSwitch.prototype, "view").mockReturnValueOnce(new Promise(() => {}));
    void gate.judge();
    expect(await gate.judge()).toBe("open");
    pass(1_000);
    expect(await gate.judge()).toBe("paused");
  });

  it("stays paused since the first time that it was paused", async () => {
    const { pausedSince } = await theSwitch().pause();
    pass(1_000);
    expect(await theSwitch().pause()).toEqual({ pausedSince });
    await theSwitch().resume();
    expect(await theSwitch().resume()).toEqual({ pausedSince: null });
  });

  it("is not asked where another isolate has just asked it, unless more is known here", async () => {
    const view = vi.spyOn(ChargesSwitch.prototype, "view");
    gate.learn({ isPaused: false, at: Date.now() });
    expect(await gate.judge()).toBe("open");
    gate.learn({ isPaused: true, at: Date.now() - 1 });
    expect(await gate.judge()).toBe("open");
    expect(view).not.toHaveBeenCalled();
  });

  it("that can't be reached is taken to be open for a minute since it was, and then nothing is charged", async () => {
    expect(await gate.judge()).toBe("open");
    const view = vi.spyOn(ChargesSwitch.prototype, "view").mockRejectedValue(DOWN);
    pass(59_999);
    expect(await gate.judge()).toBe("open");
    expect(await gate.judge()).toBe("open");
    expect(view).toHaveBeenCalledTimes(1);

    pass(2_500);
    expect(await gate.judge()).toBe("unclear");
    view.mockRestore();
    pass(2_500);
    expect(await gate.judge()).toBe("open");
  });

  it("that can't be reached stays paused as long as it takes, and is unclear to an isolate that knows nothing", async () => {
    await theSwitch().pause();
    expect(await gate.judge()).toBe("paused");
    vi.spyOn(ChargesSwitch.prototype, "view").mockRejectedValue(DOWN);
    pass(3_600_000);
    expect(await gate.judge()).toBe("paused");
    expect(await new ChargesGate(getIsolate(env)).judge()).toBe("unclear");
  });
});

describe("a durable call, while charges are paused by the switch", () => {
  it("that nobody waits for is held though it was accepted before, and goes on afterwards", async () => {
    await theSwitch().pause();
    const call = new Call({ async: true });
    await call.submit(0);
    await call.rests();
    expect([gen.charged.length, (await call.state())?.kind]).toEqual([0, "reserved"]);

    await theSwitch().resume();
    pass(60_000);
    await call.runAlarm();
    await call.rests();
    expect([gen.charged.length, (await call.state())?.kind]).toEqual([1, "settled"]);
  });

  it("whose caller waits ends at once, and is not charged", async () => {
    await theSwitch().pause();
    const call = new Call();
    expect((await call.submit(20_000)).view).toMatchObject({ kind: "not_charged", why: "paused" });
    expect(gen.charged).toHaveLength(0);
  });

  it("is not sent while the switch can't be reached and what is known of it is old", async () => {
    getIsolate(env).charges.learn({ isPaused: false, at: Date.now() });
    pass(3_600_000);
    const view = vi.spyOn(ChargesSwitch.prototype, "view").mockRejectedValue(DOWN);
    const call = new Call({ async: true });
    await call.submit(0);
    await call.rests();
    expect(gen.charged).toHaveLength(0);

    view.mockRestore();
    pass(5_000);
    await call.runAlarm();
    await call.rests();
    expect(gen.charged).toHaveLength(1);
  });

  it.each(LATER.filter(({ replay }) => replay !== "safe").map(({ name }) => name))(
    "%s, which costs credits later, is held, too",
    async (operation) => {
      await theSwitch().pause();
      const call = new Call({ async: true, operation });
      await call.submit(0);
      await call.rests();
      expect([gen.sent.length, (await call.state())?.kind]).toEqual([0, "reserved"]);
    },
  );
});

it.each(LATER.filter(({ replay }) => replay === "safe").map(({ name }) => name))(
  "while charges are paused a pipeline's %s, which costs credits later, waits",
  async (operation) => {
    await theSwitch().pause();
    const params = { agent: "42", conversation: "1", job: "1", list: "1", message: "1" };
    const order: GenOrder = { operation, params, query: {}, body: null };
    const spender = toRunSpender({ trigger: { kind: "manual", clientId: "c" } }, { name: "p", budget: {}, tag: null });
    const stage = { pipeline: "p", run: "r", play: 1, requestId: null, spender, isolate: getIsolate(env) };
    const turn = await callInRun(order, null, stage, { kind: "go", turns: 1, creditWaits: 0, generation: null });
    expect([turn.kind, gen.sent.length]).toEqual(["waiting", 0]);
  },
);
