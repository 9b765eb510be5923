import { describe, expect, it } from "vitest";
import { AttemptLimits } from "../../../src/gen/attempt-limits.ts";
import { FakeClock } from "../../support/fake-clock.ts";

function createLimits(limitMs: number, callerSignal: AbortSignal | null = new AbortController().signal) {
  const clock = new FakeClock();
  return { clock, limits: new AttemptLimits({ limitMs, callerSignal: callerSignal && (() => callerSignal), clock }) };
}

describe("an attempt whose headers are there", () => {
  it("has no limit any more, even before its upload has ended", async () => {
    const clock = new FakeClock();
    const { promise: sent, resolve } = Promise.withResolvers<void>();
    const limits = new AttemptLimits({ limitMs: 1_000, sent, callerSignal: null, clock });
    limits.release();
    resolve();
    await clock.advance(20_000);
    expect(limits.signal.aborted).toBe(false);
  });

  it.each([10_000, 100, 50])("is broken off by nobody but the reader of its body: limit %d ms", async (limitMs) => {
    const caller = new AbortController();
    const { clock, limits } = createLimits(limitMs, caller.signal);
    await clock.advance(20);
    limits.release();
    caller.abort();
    await clock.advance(20_000);
    expect([limits.signal.aborted, limits.timedOut, limits.callerGone]).toEqual([false, false, false]);
  });
});

describe("an attempt without headers", () => {
  it.each([10_000, 101, 100, 50])("is broken off at its limit: %d ms", async (limitMs) => {
    const { clock, limits } = createLimits(limitMs);
    await clock.advance(limitMs - 1);
    expect(limits.signal.aborted).toBe(false);
    await clock.advance(1);
    expect([limits.signal.aborted, limits.timedOut]).toEqual([true, true]);
  });

  it("is broken off as soon as its caller leaves", async () => {
    const caller = new AbortController();
    const { clock, limits } = createLimits(10_000, caller.signal);
    await clock.advance(70);
    caller.abort();
    expect([limits.signal.aborted, limits.callerGone, limits.timedOut]).toEqual([true, true, false]);
  });
});
