import { describe, expect, it } from "vitest";
import { AttemptLimits } from "../../../src/gen/attempt-limits.ts";
import { FakeClock } from "../../support/fake-clock.ts";

function createLimits(limitMs: number, callerSignal: AbortSignal | null = new AbortController().signal) {
  const clock = new FakeClock();
  return { clock, limits: new AttemptLimits({ limitMs, callerSignal: callerSignal && (() => callerSignal), clock }) };
}

/** Counts how often the listener is called. */
function listen(limits: AttemptLimits): { calls: number; stop: () => void } {
  const listened = { calls: 0, stop: limits.soon(() => (listened.calls += 1)) };
  return listened;
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

  it("calls its listener once, 100 ms after its beginning, by the timer that runs anyway", async () => {
    const { clock, limits } = createLimits(10_000);
    await clock.advance(70);
    limits.release();
    const listened = listen(limits);
    await clock.advance(29);
    expect(listened.calls).toBe(0);
    await clock.advance(1);
    expect(listened.calls).toBe(1);
    await clock.advance(20_000);
    expect(listened.calls).toBe(1);
  });

  it.each([
    ["when they were slow", 300, new AbortController().signal],
    ["when nobody waits for them", 10, null],
  ])("calls its listener 50 ms later %s", async (_, ms, callerSignal) => {
    const { clock, limits } = createLimits(10_000, callerSignal);
    await clock.advance(ms);
    limits.release();
    const listened = listen(limits);
    await clock.advance(49);
    expect(listened.calls).toBe(0);
    await clock.advance(1);
    expect(listened.calls).toBe(1);
  });

  it.each([20, 300])("does not call a listener that was removed, after %d ms", async (ms) => {
    const { clock, limits } = createLimits(10_000);
    await clock.advance(ms);
    limits.release();
    const listened = listen(limits);
    listened.stop();
    await clock.advance(20_000);
    expect(listened.calls).toBe(0);
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

  it("is broken off when its caller leaves, seen after 100 ms", async () => {
    const caller = new AbortController();
    const { clock, limits } = createLimits(10_000, caller.signal);
    caller.abort();
    await clock.advance(100);
    expect([limits.signal.aborted, limits.callerGone, limits.timedOut]).toEqual([true, true, false]);
  });
});
