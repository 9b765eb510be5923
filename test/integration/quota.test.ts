import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Submission } from "../../src/calls/call.ts";
import { accept } from "../../src/calls/states/transitions.ts";
import { getIsolate } from "../../src/isolate.ts";
import { ClientAccount } from "../../src/money/client-account.ts";
import { UNLIMITED } from "../../src/money/price.ts";
import { toAccountName, toDay } from "../../src/money/quota.ts";
import {
  answers,
  type Behaviour,
  Call,
  createGate,
  createWorld,
  DAY_MS,
  type Gen,
  generated,
  HOUR_MS,
  heal,
  lost,
  pass,
  readAlarm,
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

const createCall = (chargesPerDay: number, more: Partial<Submission> = {}) =>
  new Call({ clientId: client, allowance: { ...UNLIMITED, chargesPerDay }, ...more });
const account = () => env.ACCOUNTS.getByName(toAccountName(client, toDay(Date.now())));

describe("a charge of a client's quota", () => {
  it("is given back when the machine dies between reserving and sending", async () => {
    const call = createCall(1);
    await account().reserve({ callId: call.id, epoch: 0, credits: 0 }, { chargesPerDay: 1, creditsPerDay: null });
    await call.leaveBehind(accept(0, Date.now()), toDay(Date.now()));
    await call.object.report();
    await call.runAlarm();

    expect((await account().usage()).calls).toEqual({ reserved: 0, spent: 0 });
    expect(gen.charged).toEqual([]);
  });

  it("is given back by the alarm when its account could not be reached", async () => {
    gen.posts = answers(422, { error: "Wrong.", error_code: "validation_error" });
    vi.spyOn(ClientAccount.prototype, "close").mockRejectedValueOnce(new Error("overloaded"));
    const call = createCall(1);
    await call.submit(1_000);
    expect((await account().usage()).calls).toEqual({ reserved: 1, spent: 0 });

    pass(60_000);
    await call.runAlarm();
    expect((await account().usage()).calls).toEqual({ reserved: 0, spent: 0 });
  });

  it("is spent while nobody knows the outcome, and given back once a person says that it was not charged", async () => {
    gen.posts = lost;
    const call = createCall(1, { mode: "once" });
    await call.submit(1_000);
    await call.runAlarm();
    expect((await account().usage()).calls).toEqual({ reserved: 0, spent: 1 });

    await call.object.resolve(false);
    await call.runAlarm();
    expect((await account().usage()).calls).toEqual({ reserved: 0, spent: 0 });
  });

  it("is settled in the account of the day on which it was reserved", async () => {
    const yesterday = account();
    gen.posts = () => Response.json({}, { status: 429, headers: { "retry-after": "3600" } });
    const call = createCall(1, { async: true });
    await call.submit(0);
    await call.rests();
    pass(DAY_MS);
    gen.posts = answers(201, { generation_id: 9, status: "pending" });
    await call.runAlarm();

    expect((await yesterday.usage()).calls).toEqual({ reserved: 0, spent: 1 });
    expect((await account().usage()).calls).toEqual({ reserved: 0, spent: 0 });
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
      await until(async () => (await call.record())?.followUps.length === 0);

      pass(TEN_MINUTES_MS);
      await call.runAlarm();
      expect([...(await call.stored()).keys()]).toEqual([]);
      expect(await call.alarmInMs()).toBeNull();
    },
  );

  it("leaves nothing stored when it was refused again and again under one key", async () => {
    const call = createCall(0);
    for (let n = 0; n < 3; n += 1) expect((await call.submit(1_000)).view).toMatchObject({ why: "quota" });
    await until(async () => (await call.record())?.followUps.length === 0);
    pass(TEN_MINUTES_MS);
    await call.runAlarm();
    expect([...(await call.stored()).keys()]).toEqual([]);
  });

  it("is kept as long as any when GEN was sent its key before, since the next one must be another to GEN", async () => {
    gen.script.push(answers(422, { error: "Wrong.", error_code: "validation_error" }));
    const call = createCall(1);
    await call.submit(1_000, { fingerprint: "wrong" });
    const denied = { ...UNLIMITED, chargesPerDay: 0 };
    for (let n = 0; n < 2; n += 1) await call.submit(1_000, { allowance: denied });
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

describe("the account of a day", () => {
  const LIMITS = { chargesPerDay: 1, creditsPerDay: null };
  const alarm = () => readAlarm(account());

  it("stores nothing for a caller who only asks", async () => {
    expect(await account().usage()).toMatchObject({ calls: { reserved: 0, spent: 0 } });
    await account().close({ callId: "a", epoch: 0 }, true);
    expect(await alarm()).toBeNull();
  });

  it("is forgotten after 8 days, also when it has only refused, and can be asked again then", async () => {
    expect(await account().reserve({ callId: "a", epoch: 0, credits: 0 }, { ...LIMITS, chargesPerDay: 0 })).toBe(false);
    expect(await alarm()).toBe(8 * DAY_MS);
    const day = account();
    pass(8 * DAY_MS);
    await runDurableObjectAlarm(day);
    await day.close({ callId: "a", epoch: 0 }, true);
    expect(await day.usage()).toMatchObject({ calls: { reserved: 0, spent: 0 } });
    expect(await day.reserve({ callId: "b", epoch: 0, credits: 0 }, LIMITS)).toBe(true);
  });
});

describe("a call that starts many generations", () => {
  const LIMITS = { chargesPerDay: 5, creditsPerDay: null };
  const reserve = (callId: string, calls: number) => account().reserve({ callId, epoch: 0, credits: 0, calls }, LIMITS);

  it("counts as many, is let through whole or not at all, and is given back whole", async () => {
    expect([await reserve("a", 3), await reserve("b", 3), await reserve("c", 2)]).toEqual([true, false, true]);
    await account().close({ callId: "a", epoch: 0 }, false);
    expect((await account().usage()).calls).toEqual({ reserved: 2, spent: 0 });
    expect([await reserve("b", 3), await reserve("d", 1), await reserve("e", 0)]).toEqual([true, false, true]);
  });

  it("is counted by that number as a durable call, too", async () => {
    await createCall(5, { charges: 3 }).submit(1_000);
    expect((await createCall(5, { charges: 3 }).submit(1_000)).view).toMatchObject({
      kind: "not_charged",
      why: "quota",
    });
    expect((await account().usage()).calls).toEqual({ reserved: 0, spent: 3 });
  });

  it("is counted together with those of an account that was opened when each call counted as one", async () => {
    await runInDurableObject(account(), (_, { storage }) => {
      storage.sql.exec(
        "CREATE TABLE charges (call TEXT NOT NULL, epoch INTEGER NOT NULL, state TEXT NOT NULL, credits REAL NOT NULL, PRIMARY KEY (call, epoch))",
      );
      storage.sql.exec("INSERT INTO charges VALUES ('old', 0, 'spent', 0)");
    });
    expect((await account().usage()).calls).toEqual({ reserved: 0, spent: 1 });
    expect([await reserve("a", 5), await reserve("b", 4)]).toEqual([false, true]);
  });
});

describe("a call whose price is asked for", () => {
  const estimates = () => gen.charged.filter(({ path }) => path.endsWith("/estimate")).length;
  const orders = () => gen.charged.length - estimates();
  const createPriced = (more: Partial<Submission> = {}) =>
    new Call({ clientId: client, allowance: { ...UNLIMITED, creditsPerDay: 100 }, ...more });
  let price: Behaviour;

  beforeEach(() => {
    heal();
    price = answers(200, { estimated_credits: 60 });
    gen.posts = (sent) => (sent.path.endsWith("/estimate") ? price(sent) : generated()(sent));
  });

  it("is asked once, reserved, sent, and counted by its price", async () => {
    expect((await createPriced().submit(1_000)).view.kind).toBe("answered");
    expect((await createPriced().submit(1_000)).view).toMatchObject({ kind: "not_charged", why: "quota", price: 60 });
    expect([estimates(), orders()]).toEqual([2, 1]);
    expect((await account().usage()).credits).toEqual({ reserved: 0, spent: 60 });
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
    expect((await account().usage()).credits).toEqual({ reserved: 0, spent: 90 });
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
