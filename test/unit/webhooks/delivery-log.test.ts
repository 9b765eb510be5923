import { expect, it, vi } from "vitest";
import type { Batch } from "../../../src/webhooks/incoming/delivery.ts";
import { DeliveryLog } from "../../../src/webhooks/incoming/delivery-log.ts";

import { FakeClock } from "../../support/fake-clock.ts";

const PERIOD_MS = 10_000;
const unsigned = { source: "github", why: "unsigned", size: 2 } as const;

it("tells the first delivery at once", async () => {
  const clock = new FakeClock();
  const log = new DeliveryLog(clock);
  const told: Batch[] = [];
  log.refuse({ ...unsigned, at: clock.now() });
  await log.tellSoon(async (batch) => told.push(batch));
  expect(told).toMatchObject([{ accepted: [], refused: [{ source: "github", why: "unsigned", count: 1 }] }]);
});

it("tells a million unsigned deliveries within a minute in a handful of requests, with all counted and a few of each kept", async () => {
  const clock = new FakeClock();
  const log = new DeliveryLog(clock);
  const told: Batch[] = [];
  const telling: Promise<void>[] = [];
  for (let n = 0; n < 1_000_000; n += 1) {
    log.refuse({ ...unsigned, at: clock.now() });
    const tells = log.tellSoon(async (batch) => told.push(batch));
    if (tells !== null) telling.push(tells);
    if (n % 20_000 === 19_999) await clock.advance(1_200);
  }
  await clock.advance(PERIOD_MS);
  await Promise.all(telling);

  expect(told.length).toBeLessThanOrEqual(8);
  const groups = told.flatMap(({ refused }) => refused);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(1_000_000);
  expect(Math.max(...groups.map(({ latest }) => latest.length))).toBe(5);
});

it("tells accepted deliveries sooner when there are a hundred", async () => {
  const clock = new FakeClock();
  const log = new DeliveryLog(clock);
  const told: Batch[] = [];
  const tell = async (batch: Batch) => told.push(batch);
  for (let n = 0; n < 201; n += 1) {
    log.accept({ id: `${n}`, source: "github", deliveryId: `${n}`, at: clock.now(), size: 2, runs: [] });
    void log.tellSoon(tell);
  }
  await clock.advance(PERIOD_MS);
  expect(told.flatMap(({ accepted }) => accepted)).toHaveLength(201);
  expect(Math.max(...told.map(({ accepted }) => accepted.length))).toBeLessThanOrEqual(100);
});

it("is told by another request when the one that was to do it never did", async () => {
  const clock = new FakeClock();
  const log = new DeliveryLog(clock);
  const told: Batch[] = [];
  log.refuse({ ...unsigned, at: clock.now() });
  await log.tellSoon(async () => {});
  log.refuse({ ...unsigned, at: clock.now() });
  // The platform has ended the request that waits.
  vi.spyOn(clock, "sleep").mockReturnValueOnce(new Promise(() => {}));
  void log.tellSoon(async () => {});
  await clock.advance(3 * PERIOD_MS);
  log.refuse({ ...unsigned, at: clock.now() });
  await log.tellSoon(async (batch) => told.push(batch));
  expect(told).toHaveLength(1);
});
