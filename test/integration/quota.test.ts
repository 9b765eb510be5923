import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Submission } from "../../src/calls/call.ts";
import { accept } from "../../src/calls/states/transitions.ts";
import { toCharge } from "../../src/calls/to-charge.ts";
import { getIsolate } from "../../src/isolate.ts";
import { Ledger } from "../../src/money/ledger/ledger.ts";
import { toDay, toMonth, toRenewal } from "../../src/money/period.ts";
import { type Limits, toBudgets } from "../../src/money/spending.ts";
import {
  answers,
  type Behaviour,
  Call,
  createGate,
  createWorld,
  DAY_MS,
  FREE,
  type Gen,
  generated,
  HOUR_MS,
  heal,
  lost,
  pass,
  until,
} from "./world.ts";

let gen: Gen;
let end: () => void;
let clients = 0;
let client: string;

beforeEach(() => {
  ({ gen, end } = createWorld());
  clients += 1;
  client = `client${clients}`;
});

afterEach(() => end());

const toSpending = (limits: Limits) => ({
  ...FREE,
  payer: client,
  budgets: toBudgets({ of: "client", name: client }, limits),
});
const createCall = (chargesPerDay: number, more: Partial<Submission> = {}) =>
  new Call({ clientId: client, spending: toSpending({ chargesPerDay }), ...more });
const ledger = () => env.LEDGER.getByName(toMonth(Date.now()));
const readSums = (at = Date.now()) => ledger().sums({ of: "client", name: client }, toDay(at));

async function readCalls(at?: number) {
  const { reservedCalls, spentCalls } = await readSums(at);
  return { reserved: reservedCalls, spent: spentCalls };
}

async function readCredits() {
  const { reserved, spent } = await readSums();
  return { reserved, spent };
}

describe("a charge of a client's quota", () => {
  it("is given back when the machine dies between reserving and sending", async () => {
    const call = createCall(1);
    const booking = { at: Date.now(), asked: true };
    const state = accept(0, Date.now());
    const submission = call.createSubmission();
    await ledger().reserve(toCharge({ submission, state, price: null, booking }), submission.spending.budgets);
    await call.leaveBehind(state, booking);
    expect(await readCalls()).toEqual({ reserved: 1, spent: 0 });
    await call.object.report();
    await call.runAlarm();

    expect(await readCalls()).toEqual({ reserved: 0, spent: 0 });
    expect(gen.charged).toEqual([]);
  });

  it("is given back by the alarm when its account could not be reached", async () => {
    gen.posts = answers(422, { error: "Wrong.", error_code: "validation_error" });
    vi.spyOn(Ledger.prototype, "close").mockRejectedValueOnce(new Error("overloaded"));
    const call = createCall(1);
    await call.submit(1_000);
    await until(async () => (await call.record())?.followUpFailures === 1);
    expect(await readCalls()).toEqual({ reserved: 1, spent: 0 });

    pass(60_000);
    await call.runAlarm();
    expect(await readCalls()).toEqual({ reserved: 0, spent: 0 });
  });

  it("is spent while nobody knows the outcome, and given back once a person says that it was not charged", async () => {
    gen.posts = lost;
    const call = createCall(1, { mode: "once" });
    await call.submit(1_000);
    await call.runAlarm();
    expect(await readCalls()).toEqual({ reserved: 0, spent: 1 });

    await call.object.resolve(false);
    await call.runAlarm();
    expect(await readCalls()).toEqual({ reserved: 0, spent: 0 });
  });

  it("is settled in the account of the day on which it was reserved", async () => {
    const yesterday = Date.now();
    gen.posts = () => Response.json({}, { status: 429, headers: { "retry-after": "3600" } });
    const call = createCall(1, { async: true });
    await call.submit(0);
    await call.rests();
    pass(DAY_MS);
    gen.posts = answers(201, { generation_id: 9, status: "pending" });
    await call.runAlarm();

    expect(await readCalls(yesterday)).toEqual({ reserved: 0, spent: 1 });
    expect(await readCalls()).toEqual({ reserved: 0, spent: 0 });
  });

  it("is not made when the quota is used up, and the next day has a new one", async () => {
    await createCall(1).submit(1_000);
    const { view } = await createCall(1).submit(1_000);
    expect(view).toMatchObject({ kind: "not_charged", why: "quota" });
    expect(gen.charged).toHaveLength(1);

    pass(DAY_MS);
    expect((await createCall(1).submit(1_000)).view.kind).toBe("answered");
  });
});

it("a budget of a month outlasts the turn of a day, and begins anew with the next month", async () => {
  const order = async () => {
    const spending = toSpending({ chargesPerMonth: 1 });
    return (await new Call({ clientId: client, spending }).submit(1_000)).view;
  };
  const passTo = (at: number) => pass(at - Date.now());
  passTo(toRenewal("month", Date.now()));
  expect((await order()).kind).toBe("answered");
  pass(DAY_MS);
  const renewsAt = toRenewal("month", Date.now());
  const shortage = { of: "client", name: client, unit: "calls", per: "month", limit: 1, left: 0, renewsAt };
  expect(await order()).toMatchObject({ kind: "not_charged", why: "quota", shortage });

  passTo(renewsAt - 1);
  expect((await order()).kind).toBe("not_charged");
  pass(1);
  expect((await order()).kind).toBe("answered");
});

describe("a call that was not charged", () => {
  const TEN_MINUTES_MS = 600_000;

  it.each([
    ["was refused by its quota", 0, {}],
    ["had no time to be sent", 1, { waitMs: 0 }],
  ])(
    "leaves nothing stored after ten minutes when it %s",
    async (_, chargesPerDay, { waitMs = 1_000 }: { waitMs?: number }) => {
      if (waitMs === 0) getIsolate(env).gen.health.api.pauses.pause("generate", 30_000, Date.now());
      const call = createCall(chargesPerDay);
      const { view } = await call.submit(waitMs);
      expect(view.kind).toBe("not_charged");
      expect(await call.alarmInMs()).toBeLessThanOrEqual(TEN_MINUTES_MS);
      await call.isDone();

      pass(TEN_MINUTES_MS);
      await call.runAlarm();
      expect([...(await call.stored()).keys()]).toEqual([]);
      expect(await call.alarmInMs()).toBeNull();
    },
  );

  it("leaves nothing stored when it was refused again and again under one key", async () => {
    const call = createCall(0);
    for (let n = 0; n < 3; n += 1) expect((await call.submit(1_000)).view).toMatchObject({ why: "quota" });
    await call.isDone();
    pass(TEN_MINUTES_MS);
    await call.runAlarm();
    expect([...(await call.stored()).keys()]).toEqual([]);
  });

  it("is kept as long as any when GEN was sent its key before, since the next one must be another to GEN", async () => {
    gen.script.push(answers(422, { error: "Wrong.", error_code: "validation_error" }));
    const call = createCall(1);
    await call.submit(1_000, { fingerprint: "wrong" });
    const denied = toSpending({ chargesPerDay: 0 });
    for (let n = 0; n < 2; n += 1) await call.submit(1_000, { spending: denied });
    pass(TEN_MINUTES_MS);
    await call.runAlarm();
    expect((await call.record())?.state).toMatchObject({ kind: "not_charged", why: "quota" });

    await call.submit(1_000);
    expect(new Set(gen.charged.map(({ key }) => key)).size).toBe(2);
  });

  it("is kept as long as any when GEN has refused it", async () => {
    gen.posts = answers(422, { error: "Wrong.", error_code: "validation_error" });
    const call = createCall(1);
    await call.submit(1_000);
    pass(TEN_MINUTES_MS);
    await call.runAlarm();
    expect(await call.record()).not.toBeNull();
  });
});

describe("a call that starts many generations", () => {
  it("counts as many, and is let through whole or not at all", async () => {
    await createCall(5, { charges: 3 }).submit(1_000);
    expect((await createCall(5, { charges: 3 }).submit(1_000)).view).toMatchObject({
      kind: "not_charged",
      why: "quota",
    });
    await createCall(5, { charges: 2 }).submit(1_000);
    await until(async () => (await readCalls()).spent === 5);
  });
});

describe("a call whose price is asked for", () => {
  const estimates = () => gen.charged.filter(({ path }) => path.endsWith("/estimate")).length;
  const orders = () => gen.charged.length - estimates();
  const createPriced = (more: Partial<Submission> = {}) =>
    new Call({ clientId: client, spending: toSpending({ creditsPerDay: 100 }), ...more });
  let price: Behaviour;

  beforeEach(() => {
    heal();
    price = answers(200, { estimated_credits: 60 });
    gen.posts = (sent) => (sent.path.endsWith("/estimate") ? price(sent) : generated()(sent));
  });

  it("is asked once, reserved, sent, and counted by its price", async () => {
    const first = createPriced();
    expect((await first.submit(1_000)).view.kind).toBe("answered");
    await first.isDone();
    expect((await createPriced().submit(1_000)).view).toMatchObject({ kind: "not_charged", why: "quota", price: 60 });
    expect([estimates(), orders()]).toEqual([2, 1]);
    expect(await readCredits()).toEqual({ reserved: 0, spent: 60 });
  });

  it("goes on by itself when GEN was down for hours, if nobody waits for it", async () => {
    price = lost;
    const call = createPriced({ async: true });
    await call.submit(0);
    await call.rests();
    for (let hour = 0; hour < 3; hour += 1) {
      pass(HOUR_MS);
      await call.runAlarm();
    }
    expect([orders(), (await call.state())?.kind]).toEqual([0, "accepted"]);
    expect(await call.alarmInMs()).toBeGreaterThan(0);

    price = answers(200, { estimated_credits: 60 });
    pass(HOUR_MS);
    await call.runAlarm();
    expect([orders(), (await call.state())?.kind]).toEqual([1, "settled"]);
  });

  it("ends unsent after 22 hours", async () => {
    price = lost;
    const call = createPriced({ async: true });
    await call.submit(0);
    await call.rests();
    pass(22 * HOUR_MS);
    await call.runAlarm();
    expect(await call.state()).toMatchObject({ kind: "not_charged", why: "refused" });
    expect(orders()).toBe(0);
  });

  it("waits as long as GEN says", async () => {
    price = () => Response.json({}, { status: 429, headers: { "retry-after": "90" } });
    const call = createPriced({ async: true });
    await call.submit(0);
    await call.rests();
    pass(89_000);
    await call.runAlarm();
    expect(estimates()).toBe(1);
    pass(1_000);
    await call.runAlarm();
    expect(estimates()).toBe(2);
  });

  it("is asked again by the machine that comes after one that died, if nobody waits for it", async () => {
    const call = createPriced({ async: true });
    await call.leaveBehind(accept(0, Date.now()));
    await call.runAlarm();

    expect([estimates(), orders(), (await call.state())?.kind]).toEqual([1, 1, "settled"]);
  });

  it("keeps its price to itself when it was called off meanwhile: the next one under its key is priced anew", async () => {
    const gate = createGate();
    price = gate.passes(answers(200, { estimated_credits: 1 }));
    const call = createPriced({ async: true });
    await call.submit(0);
    await until(() => estimates() === 1);
    await call.object.cancel();
    price = answers(200, { estimated_credits: 90 });
    const next = call.submit(1_000, { fingerprint: "other" });
    gate.open();

    expect((await next).view.kind).toBe("answered");
    await call.isDone();
    expect(await readCredits()).toEqual({ reserved: 0, spent: 90 });
  });
});

it("a charged call that is under way is held while charges are paused, and goes on afterwards", async () => {
  const config = getIsolate(env).config as { chargesPaused: boolean };
  config.chargesPaused = true;
  const call = new Call({ async: true });
  await call.submit(0);
  await call.rests();
  expect([gen.charged.length, (await call.state())?.kind]).toEqual([0, "reserved"]);

  config.chargesPaused = false;
  pass(60_000);
  await call.runAlarm();
  expect([gen.charged.length, (await call.state())?.kind]).toEqual([1, "settled"]);
});
