import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NotificationList } from "../../src/notifications/list/notification-list.ts";
import { systemClock } from "../../src/resilience/clock.ts";
import { createReceiver, OneDelivery, type Receiver, setNotify, status } from "./notifications.ts";
import { createWorld, DAY_MS, HOUR_MS, pass, until } from "./world.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const WAITS_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

let receiver: Receiver;
let end: () => void;

beforeEach(() => {
  ({ end } = createWorld());
  receiver = createReceiver();
});

afterEach(() => {
  setNotify(false);
  end();
});

const repeat = (times: number, code: number) => Array.from({ length: times }, () => status(code));

async function takeOne(...script: Receiver["script"]): Promise<OneDelivery> {
  receiver.script.push(...script);
  const delivery = new OneDelivery();
  await delivery.accept();
  return delivery;
}

/** A delivery that has failed at once. */
async function failOne(): Promise<OneDelivery> {
  const delivery = await takeOne(status(410));
  await delivery.next();
  return delivery;
}

/** The log lines of ended deliveries. */
const lines = () => receiver.lines.filter(({ message, state }) => message === "notification" && state !== "waiting");

describe("a receiver that fails nine times", () => {
  it("gets the notification at the tenth attempt, each at its time, under one id", async () => {
    const delivery = await takeOne(...repeat(9, 500));
    const takenAt = Date.now();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 10; attempt += 1) waits.push(await delivery.next());

    expect(waits).toEqual([0, ...WAITS_MS]);
    expect(await delivery.object.view()).toMatchObject({ state: "delivered", attempts: 10, lastFailure: "500" });
    expect(await delivery.listedAs()).toBe("delivered");
    expect(new Set(receiver.got.map(({ id }) => id))).toEqual(new Set([delivery.id]));
    expect(new Set(receiver.got.map(({ init }) => init.body)).size).toBe(1);
    const offsets = waits.map((_, index) => waits.slice(0, index + 1).reduce((sum, ms) => sum + ms, 0));
    expect(receiver.got.map(({ timestamp }) => timestamp)).toEqual(offsets.map((ms) => (takenAt + ms) / 1_000));
  });
});

describe("a notification that fails ten times", () => {
  it("is not tried again, is listed, and is logged", async () => {
    const delivery = await takeOne(...repeat(10, 503));
    for (let attempt = 0; attempt < 10; attempt += 1) await delivery.next();

    expect(await delivery.object.view()).toMatchObject({ state: "failed", attempts: 10, nextAttemptAt: null });
    expect(await delivery.alarmInMs()).toBe(30 * DAY_MS);
    expect(await delivery.isListed()).toBe(true);
    expect(lines()).toEqual([
      {
        level: "error",
        message: "notification",
        id: delivery.id,
        type: "gen.healthy",
        state: "failed",
        why: "attempts-spent",
        attempts: Array.from({ length: 10 }, () => ({ outcome: "503", ms: 0 })),
      },
    ]);
  });

  it("is listed though the list could not be told at first", async () => {
    vi.spyOn(NotificationList.prototype, "tell").mockRejectedValueOnce(new Error("overloaded"));
    const delivery = await failOne();
    expect(await delivery.isListed()).toBe(false);

    expect(await delivery.next()).toBe(30 * SECOND_MS);
    expect(await delivery.isListed()).toBe(true);
    expect(receiver.got).toHaveLength(1);
    expect(await delivery.alarmInMs()).toBe(30 * DAY_MS - 30 * SECOND_MS);
  });
});

describe("an attempt at delivery", () => {
  it("is a signed POST that follows no redirect, its line without address and content", async () => {
    const delivery = await takeOne();
    await delivery.next();

    expect(receiver.got[0]?.init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(new Headers(receiver.got[0]?.init.headers).get("webhook-signature")).toMatch(/^v1,\S{44}$/);
    expect(lines()).toEqual([
      {
        level: "info",
        message: "notification",
        id: delivery.id,
        type: "gen.healthy",
        state: "delivered",
        attempts: [{ outcome: "204", ms: 0 }],
      },
    ]);
  });

  it("fails when it is redirected", async () => {
    const delivery = await takeOne(status(302, { location: "https://elsewhere.example/" }));
    await delivery.next();

    expect(await delivery.object.view()).toMatchObject({ state: "waiting", attempts: 1, lastFailure: "302" });
    expect(receiver.got).toHaveLength(1);
  });

  it("is broken off and fails when it has no answer after 15 s", async () => {
    const limits: number[] = [];
    vi.spyOn(systemClock, "after").mockImplementation((ms, run) => {
      limits.push(ms);
      const timer = setTimeout(run, 1);
      return () => clearTimeout(timer);
    });
    const delivery = await takeOne(({ signal }) => {
      pass(15 * SECOND_MS);
      return new Promise((resolve) => signal?.addEventListener("abort", () => resolve(new Error("Aborted."))));
    });
    await delivery.next();

    expect(limits).toEqual([15 * SECOND_MS]);
    expect(await delivery.record()).toMatchObject({ tries: [{ outcome: "timeout", ms: 15_000 }] });
    expect(await delivery.alarmInMs()).toBe(5 * SECOND_MS);
  });

  it("fails when its connection breaks", async () => {
    const delivery = await takeOne(() => new Error("Network connection lost."));
    await delivery.next();

    expect(await delivery.object.view()).toMatchObject({ state: "waiting", lastFailure: "lost" });
  });

  it("does not wait for the answer's body", async () => {
    const cancel = vi.fn();
    const delivery = await takeOne(() => new Response(new ReadableStream({ cancel }), { status: 200 }));
    await delivery.next();

    expect(await delivery.object.view()).toMatchObject({ state: "delivered" });
    expect(cancel).toHaveBeenCalledOnce();
  });

  it("is followed, when it is answered with Retry-After, by the next one then, a day later at most", async () => {
    const delivery = await takeOne(status(429, { "retry-after": "3600" }), status(503, { "retry-after": "999999" }));
    await delivery.next();
    expect(await delivery.alarmInMs()).toBe(HOUR_MS);

    await delivery.next();
    expect(await delivery.alarmInMs()).toBe(DAY_MS);
  });

  it("fails when there is no address any more", async () => {
    const delivery = await takeOne();
    setNotify(false);
    await delivery.next();

    expect(await delivery.object.view()).toMatchObject({ state: "waiting", lastFailure: "not-configured" });
  });
});

describe("a receiver that is gone", () => {
  it("is not asked again, and the notification is listed", async () => {
    const delivery = await failOne();

    expect(await delivery.object.view()).toMatchObject({ state: "failed", attempts: 1, lastFailure: "410" });
    expect(await delivery.isListed()).toBe(true);
    expect(await delivery.alarmInMs()).toBe(30 * DAY_MS);
    expect(lines()).toMatchObject([{ state: "failed", why: "gone" }]);
  });
});

describe("a machine that dies", () => {
  it("has the notification sent again by the next one when it dies in the middle of an attempt", async () => {
    const delivery = await takeOne(() => new Promise<never>(() => {}));
    void delivery.runAlarm().catch(() => {});
    await until(() => receiver.got.length === 1);
    await delivery.kill();
    expect(await delivery.alarmInMs()).toBe(30 * SECOND_MS);

    await delivery.next();
    expect(await delivery.object.view()).toMatchObject({ state: "waiting", attempts: 1, lastFailure: "interrupted" });
    expect(await delivery.next()).toBe(5 * SECOND_MS);
    expect(receiver.got.map(({ id }) => id)).toEqual([delivery.id, delivery.id]);
    expect(await delivery.object.view()).toMatchObject({ state: "delivered", attempts: 2 });
  });

  it("has the next one report the failure when it dies before that", async () => {
    const add = vi.spyOn(NotificationList.prototype, "tell").mockReturnValueOnce(new Promise(() => {}));
    const delivery = await takeOne(status(410));
    void delivery.runAlarm().catch(() => {});
    await until(() => add.mock.calls.length === 1);
    await delivery.kill();

    expect(await delivery.next()).toBe(30 * SECOND_MS);
    expect(await delivery.isListed()).toBe(true);
  });

  it("has the next one tell the list of an attempt within 30 s, though the next attempt comes later", async () => {
    const delivery = await takeOne(status(503, { "retry-after": "3600" }));
    const tell = vi.spyOn(NotificationList.prototype, "tell").mockReturnValueOnce(new Promise(() => {}));
    void delivery.runAlarm().catch(() => {});
    await until(() => tell.mock.calls.length === 1);
    await delivery.kill();

    expect(await delivery.next()).toBe(30 * SECOND_MS);
    expect(await delivery.listedAs()).toBe("waiting");
    expect(receiver.got).toHaveLength(1);
  });

  it("has the notification sent all the same when it dies before the first attempt", async () => {
    const delivery = await takeOne();
    await delivery.evict();
    await delivery.next();

    expect(receiver.got).toHaveLength(1);
  });
});

describe("a notification that is submitted twice", () => {
  it("is delivered once when both come at the same time", async () => {
    const delivery = new OneDelivery();
    await Promise.all([delivery.accept(), delivery.accept(), delivery.accept()]);
    await delivery.next();

    expect(receiver.got).toHaveLength(1);
  });

  it("is not begun anew, neither while it is tried nor after its end", async () => {
    const delivery = await takeOne(status(500));
    await delivery.next();
    await delivery.accept();
    expect(await delivery.alarmInMs()).toBe(5 * SECOND_MS);

    await delivery.next();
    await delivery.accept();
    expect(await delivery.alarmInMs()).toBe(3 * DAY_MS);
    expect(receiver.got).toHaveLength(2);
  });
});

describe("sending a notification again", () => {
  it("begins the schedule anew, and the notification is not among the failed ones any more", async () => {
    const delivery = await failOne();
    const answer = await delivery.object.resend();
    receiver.script.push(...repeat(1, 500));

    expect(answer).toMatchObject({ view: { state: "waiting", attempts: 0, resentAt: Date.now() } });
    expect(await delivery.next()).toBe(0);
    expect(await delivery.isListed()).toBe(false);
    expect(await delivery.next()).toBe(5 * SECOND_MS);
    expect(await delivery.object.view()).toMatchObject({ state: "delivered", attempts: 2 });
    expect(receiver.got.map(({ id }) => id)).toEqual([delivery.id, delivery.id, delivery.id]);
  });

  it("is neither early nor late because the list could not be told", async () => {
    const delivery = await failOne();
    await delivery.object.resend();
    const told = vi.spyOn(NotificationList.prototype, "tell").mockRejectedValue(new Error("overloaded"));
    receiver.script.push(...repeat(2, 500));
    await delivery.next();
    expect(await delivery.next()).toBe(5 * SECOND_MS);
    expect(await delivery.next()).toBe(30 * SECOND_MS);
    expect(receiver.got).toHaveLength(3);

    told.mockRestore();
    await delivery.next();
    expect(await delivery.isListed()).toBe(false);
    expect(await delivery.next()).toBe(5 * MINUTE_MS - 60 * SECOND_MS);
    expect(receiver.got).toHaveLength(4);
  });

  it("is listed as it stands though the list is only just being told of the failure", async () => {
    const { tell } = NotificationList.prototype;
    const delivery = new OneDelivery();
    vi.spyOn(NotificationList.prototype, "tell").mockImplementationOnce(async function (this: NotificationList, told) {
      await delivery.object.resend(60_000);
      await tell.call(this, told);
    });
    receiver.script.push(status(410));
    await delivery.accept();
    await delivery.next();
    expect(await delivery.record()).toMatchObject({ followUp: "list" });
    await delivery.next();
    expect(await delivery.listedAs()).toBe("waiting");
    await delivery.next();

    expect(await delivery.object.view()).toMatchObject({ state: "delivered" });
    expect(await delivery.listedAs()).toBe("delivered");
  });

  it("lists once more what fails once more", async () => {
    const delivery = await failOne();
    await delivery.object.resend();
    receiver.script.push(status(410));
    await delivery.next();

    expect(await delivery.isListed()).toBe(true);
  });

  it("sends one that waits at once, and begins its schedule anew", async () => {
    const delivery = await takeOne(status(500), status(500));
    await delivery.next();
    await delivery.next();
    expect(await delivery.alarmInMs()).toBe(5 * MINUTE_MS);

    expect(await delivery.object.resend()).toMatchObject({ view: { state: "waiting", attempts: 0 } });
    expect(await delivery.next()).toBe(0);
    expect(await delivery.object.view()).toMatchObject({ state: "delivered", attempts: 1 });
  });

  it("can be repeated: what is due or has arrived is not sent once more, and what is not there is not made", async () => {
    const delivery = await failOne();
    await delivery.object.resend();
    expect(await delivery.object.resend()).toMatchObject({ view: { state: "waiting", attempts: 0 } });
    await delivery.next();
    const sent = receiver.got.length;

    expect(await delivery.object.resend()).toMatchObject({ view: { state: "delivered" } });
    expect(await delivery.alarmInMs()).toBe(3 * DAY_MS);
    expect(receiver.got).toHaveLength(sent);
    expect(await new OneDelivery().object.resend()).toBeNull();
  });
});

describe("what is kept of a notification", () => {
  it.each([
    ["3 days after it was delivered", () => takeOne(), 3 * DAY_MS],
    ["30 days after it has failed", () => takeOne(status(410)), 30 * DAY_MS],
  ] as const)("is deleted %s, all of it, and no sooner", async (_, take, keptMs) => {
    const delivery = await take();
    await delivery.next();
    pass(keptMs - 1);
    await delivery.runAlarm();
    expect((await delivery.stored()).size).toBe(1);

    pass(1);
    await delivery.runAlarm();
    expect((await delivery.stored()).size).toBe(0);
    expect(await delivery.alarmInMs()).toBeNull();
    expect(await delivery.listedAs()).toBeNull();
    expect(await delivery.object.view()).toBeNull();
  });

  it("holds neither the address nor a secret", async () => {
    const delivery = await takeOne(status(500));
    await delivery.next();

    expect(JSON.stringify([...(await delivery.stored())])).not.toMatch(/receiver\.example|whsec_|hidden/);
  });
});
