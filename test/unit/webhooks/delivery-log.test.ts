import { expect, it } from "vitest";
import { DeliveryLog } from "../../../src/webhooks/incoming/delivery-log.ts";
import type { Batch } from "../../../src/webhooks/incoming/incoming-deliveries.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const PERIOD_MS = 10_000;
const unsigned = { source: "github", why: "unsigned", size: 2 } as const;

it("tells the first delivery at once", async () => {
  const clock = createFakeClock();
  const log = new DeliveryLog(clock);
  const told: Batch[] = [];
  log.refuse({ ...unsigned, at: clock.now() });
  await log.tellSoon(async (batch) => told.push(batch));
  expect(told).toMatchObject([{ accepted: [], refused: [{ source: "github", why: "unsigned", count: 1 }] }]);
});

it("tells a million unsigned deliveries within a minute in seven requests, with all counted and a few of each kept", async () => {
  const clock = createFakeClock();
  const log = new DeliveryLog(clock);
  const told: Batch[] = [];
  const telling: Promise<void>[] = [];
  for (let n = 0; n < 1_000_000; n += 1) {
    log.refuse({ ...unsigned, at: clock.now() });
    const told_ = log.tellSoon(async (batch) => told.push(batch));
    if (told_ !== null) telling.push(told_);
    if (n % 20_000 === 19_999) await clock.pass(1_200);
  }
  await clock.pass(PERIOD_MS);
  await Promise.all(telling);

  expect(told.length).toBeLessThanOrEqual(8);
  const groups = told.flatMap(({ refused }) => refused);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(1_000_000);
  expect(Math.max(...groups.map(({ latest }) => latest.length))).toBe(5);
});

it("tells accepted deliveries sooner when there are a hundred", async () => {
  const clock = createFakeClock();
  const log = new DeliveryLog(clock);
  const told: Batch[] = [];
  const tell = async (batch: Batch) => told.push(batch);
  for (let n = 0; n < 201; n += 1) {
    log.accept({ id: `${n}`, source: "github", deliveryId: `${n}`, at: clock.now(), size: 2, runs: [] });
    void log.tellSoon(tell);
  }
  await clock.pass(PERIOD_MS);
  expect(told.flatMap(({ accepted }) => accepted)).toHaveLength(201);
  expect(Math.max(...told.map(({ accepted }) => accepted.length))).toBeLessThanOrEqual(100);
});

it("is told by another request when the one that was to do it never did", async () => {
  const clock = createFakeClock();
  const log = new DeliveryLog(clock);
  const told: Batch[] = [];
  log.refuse({ ...unsigned, at: clock.now() });
  await log.tellSoon(async () => {});
  log.refuse({ ...unsigned, at: clock.now() });
  const lost = { ...clock, sleep: () => new Promise<void>(() => {}) };
  expect(lost.now()).toBe(clock.now());
  void log.tellSoon(async () => {});
  await clock.pass(3 * PERIOD_MS);
  log.refuse({ ...unsigned, at: clock.now() });
  await log.tellSoon(async (batch) => told.push(batch));
  expect(told).toHaveLength(1);
});
