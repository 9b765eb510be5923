import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultAccount } from "../../src/context.ts";
import type { Config } from "../../src/env.ts";
import { GenHealth } from "../../src/health/gen-health.ts";
import { getIsolate } from "../../src/isolate.ts";
import { NotificationDelivery } from "../../src/notifications/delivery/delivery.ts";
import type { Message } from "../../src/notifications/message.ts";
import { createReceiver, setNotify } from "./notifications.ts";
import { answers, type Behaviour, createGate, createWorld, type Gen, lost, pass, readStored, until } from "./world.ts";

const FIVE_MINUTES_MS = 5 * 60_000;

let gen: Gen;
let end: () => void;
let watch: Watch;
/** The notifications that were submitted for delivery, in order. */
let given: Message[];
let refuse: () => void;

beforeEach(() => {
  ({ gen, end } = createWorld());
  createReceiver();
  setLowCredits(500);
  watch = new Watch();
  gen.reads = well(1_250);
  given = [];
  const accept = NotificationDelivery.prototype.accept;
  const spy = vi.spyOn(NotificationDelivery.prototype, "accept").mockImplementation(function (
    this: NotificationDelivery,
    message,
  ) {
    given.push(message);
    return accept.call(this, message);
  });
  refuse = () => spy.mockImplementationOnce(() => Promise.reject(new Error("overloaded")));
});

afterEach(() => {
  setNotify(false);
  setLowCredits(null);
  end();
});

function setLowCredits(lowCredits: number | null): void {
  const isolate = getIsolate(env) as { config: Config };
  isolate.config = { ...isolate.config, lowCredits };
}

const well = (credits: unknown): Behaviour => {
  return ({ path }) => Response.json(path.endsWith("/credit_balance") ? { available_credits: credits } : { id: 1 });
};
const rejected = answers(401, { error: "Unauthorized", error_code: "unauthorized" });
const told = () => given.map(({ body }) => JSON.parse(body));
const toldTypes = () => given.map(({ type }) => type);

let names = 0;

/** An object that only this test uses. */
class Watch {
  readonly #name = `watch-${names++}`;

  get object() {
    return env.GEN_HEALTH.getByName(this.#name);
  }

  /** Advances the clock by five minutes to the watch's next turn, and runs the alarm that it may have set. */
  async tick(): Promise<void> {
    pass(FIVE_MINUTES_MS);
    await this.object.watch(Date.now());
    await this.runAlarm();
  }

  runAlarm(): Promise<boolean> {
    return runDurableObjectAlarm(this.object);
  }

  /** The machine dies, and another one takes over. */
  evict(): Promise<void> {
    return evictDurableObject(this.object);
  }

  stored(): Promise<Map<string, unknown>> {
    return readStored(this.object);
  }

  /** Milliseconds until the alarm; null when none is set. */
  alarmInMs(): Promise<number | null> {
    return runInDurableObject(this.object as unknown as DurableObjectStub, async (_, state) => {
      const at = await state.storage.getAlarm();
      return at === null ? null : at - Date.now();
    });
  }
}

describe("the health watch", () => {
  it("notifies once when GEN turns bad, and once when it turns good", async () => {
    await watch.tick();
    gen.reads = lost;
    await watch.tick();
    expect(given).toEqual([]);

    await watch.tick();
    const turnedBad = Date.now();
    await watch.tick();
    gen.reads = well(1_250);
    await watch.tick();
    const turnedGood = Date.now();
    await watch.tick();

    expect(told()).toEqual([
      {
        type: "gen.unhealthy",
        timestamp: new Date(turnedBad).toISOString(),
        data: {
          checks: [
            { name: "reachable", healthy: false, detail: "No connection to GEN." },
            { name: "key", healthy: null, detail: "Not judged: GEN is not reachable." },
            { name: "credits", healthy: null, detail: "Not judged: GEN does not tell the balance." },
          ],
        },
      },
      {
        type: "gen.healthy",
        timestamp: new Date(turnedGood).toISOString(),
        data: {
          checks: [
            { name: "reachable", healthy: true, detail: null },
            { name: "key", healthy: true, detail: null },
            { name: "credits", healthy: true, detail: "1250 credits are left; LOW_CREDITS is 500." },
          ],
        },
      },
    ]);
  });

  it("notifies of each turn under another id", async () => {
    for (const reads of [lost, lost, well(1_250), lost, lost, well(1_250)]) {
      gen.reads = reads;
      await watch.tick();
    }

    expect(toldTypes()).toEqual(["gen.unhealthy", "gen.healthy", "gen.unhealthy", "gen.healthy"]);
    expect(new Set(given.map(({ id }) => id)).size).toBe(4);
  });

  it("notifies of credits that are low", async () => {
    gen.reads = well("500");
    await watch.tick();
    await watch.tick();

    expect(told()).toMatchObject([
      { data: { checks: [{}, {}, { healthy: false, detail: "500 credits are left; LOW_CREDITS is 500." }] } },
    ]);
  });

  it("notifies of a key that GEN refuses, and writes the line for it each time", async () => {
    gen.reads = rejected;
    const account = defaultAccount(getIsolate(env).gen);
    const alert = vi.spyOn(account, "alert");
    await watch.tick();
    await watch.tick();

    expect(told()).toMatchObject([
      { type: "gen.unhealthy", data: { checks: [{ healthy: true }, { healthy: false }, {}] } },
    ]);
    expect(alert.mock.calls).toEqual(Array(2).fill([{ requestId: null, operation: "me.get" }]));
    expect(account.guard.isRejected(Date.now())).toBe(true);
  });

  it("is not moved by a tick that comes again, at once or later, nor by an older one", async () => {
    const gate = createGate();
    gen.reads = gate.passes(lost);
    pass(FIVE_MINUTES_MS);
    const scheduledAt = Date.now();
    const arrived = vi.spyOn(GenHealth.prototype, "watch");
    const both = [watch.object.watch(scheduledAt), watch.object.watch(scheduledAt)];
    await until(() => arrived.mock.calls.length === 2);
    gate.open();
    await Promise.all(both);
    const asked = gen.asked.length;
    await watch.object.watch(scheduledAt);
    await watch.object.watch(scheduledAt - FIVE_MINUTES_MS);
    await watch.evict();
    await watch.object.watch(scheduledAt);

    expect(asked).toBe(2);
    expect(gen.asked).toHaveLength(2);
    expect((await watch.stored()).get("state")).toMatchObject({ kind: "suspect", bad: ["reachable"] });
  });

  it("goes on after ticks that never came", async () => {
    gen.reads = lost;
    await watch.tick();
    pass(6 * FIVE_MINUTES_MS);
    await watch.tick();

    expect(toldTypes()).toEqual(["gen.unhealthy"]);
  });

  it("remembers the first bad check when its machine dies", async () => {
    gen.reads = lost;
    await watch.tick();
    await watch.evict();
    await watch.tick();

    expect(toldTypes()).toEqual(["gen.unhealthy"]);
  });

  it("notifies from the next machine what this one could not", async () => {
    gen.reads = lost;
    await watch.tick();
    refuse();
    await watch.tick();
    expect(given).toEqual([]);
    expect(await watch.alarmInMs()).toBe(30_000);

    await watch.evict();
    pass(30_000);
    await watch.runAlarm();
    expect(toldTypes()).toEqual(["gen.unhealthy"]);
    expect(await watch.alarmInMs()).toBeNull();
  });

  it("notifies of both turns in their order when it could not notify of the first", async () => {
    gen.reads = lost;
    await watch.tick();
    refuse();
    await watch.tick();
    gen.reads = well(1_250);
    await watch.tick();

    expect(toldTypes()).toEqual(["gen.unhealthy", "gen.healthy"]);
  });

  it("stores the turn and its notification together, and its alarm runs at once", async () => {
    gen.reads = lost;
    await watch.tick();
    expect(await watch.alarmInMs()).toBeNull();
    pass(FIVE_MINUTES_MS);
    await watch.object.watch(Date.now());

    expect([...(await watch.stored()).keys()]).toEqual(["outbox", "report", "state", "tick"]);
    expect(await watch.alarmInMs()).toBe(0);
    await watch.runAlarm();
    expect([...(await watch.stored()).keys()]).toEqual(["report", "state", "tick"]);
  });

  it("notifies nobody without NOTIFY_URL, and still knows how GEN is", async () => {
    setNotify(false);
    gen.reads = lost;
    await watch.tick();
    await watch.tick();

    expect(given).toEqual([]);
    expect(await watch.alarmInMs()).toBeNull();
    expect((await watch.object.view()).unhealthySince).toBe(Date.now());
  });

  it("stores nothing of GEN's key", async () => {
    gen.reads = answers(401, { error: "Bad key gen_pat_integration_key", error_code: "unauthorized" });
    await watch.tick();
    await watch.tick();

    const [key = ""] = defaultAccount(getIsolate(env).gen).keys;
    expect(key).toBe("gen_pat_integration_key");
    expect(JSON.stringify([[...(await watch.stored())], given])).not.toContain(key);
  });
});

describe("an operator who asks", () => {
  it("gets what the watch has found, while it is younger than a minute", async () => {
    await watch.tick();
    const asked = gen.asked.length;
    pass(59_999);
    const { report } = await watch.object.view();
    expect(report.at).toBe(Date.now() - 59_999);
    expect(gen.asked).toHaveLength(asked);

    pass(1);
    expect((await watch.object.view()).report.at).toBe(Date.now());
    expect(gen.asked).toHaveLength(asked + 2);
  });

  it("shares one check with all who ask at once", async () => {
    const gate = createGate();
    gen.reads = gate.passes(well(1_250));
    const arrived = vi.spyOn(GenHealth.prototype, "view");
    const views = [1, 2, 3].map(() => watch.object.view());
    await until(() => arrived.mock.calls.length === 3);
    gate.open();

    const reports = (await Promise.all(views)).map(({ report }) => report);
    expect(reports[1]).toEqual(reports[0]);
    expect(reports[2]).toEqual(reports[0]);
    expect(gen.asked.map(({ path }) => path).sort()).toEqual(["/v1/credit_balance", "/v1/me"]);
  });

  it("is no turn of the watch: a short failure that only the operator saw raises no event", async () => {
    gen.reads = lost;
    await watch.tick();
    pass(60_000);
    await watch.object.view();
    pass(60_000);
    await watch.object.view();
    await watch.runAlarm();

    expect(given).toEqual([]);
    expect((await watch.object.view()).unhealthySince).toBeNull();
  });
});
