import { describe, expect, it } from "vitest";
import { computeAttemptLimitMs, Deadline } from "../../../src/resilience/deadline.ts";

describe("a deadline", () => {
  it("says what remains, never less than nothing", () => {
    const deadline = new Deadline({ endsAt: 25_000, subrequests: 50, signal: null });

    expect(deadline.remaining(0)).toBe(25_000);
    expect(deadline.remaining(24_999)).toBe(1);
    expect(deadline.remaining(25_000)).toBe(0);
    expect(deadline.remaining(30_000)).toBe(0);
  });

  it("counts subrequests down", () => {
    const deadline = new Deadline({ endsAt: 0, subrequests: 2, signal: null });

    deadline.takeSubrequest();

    expect(deadline.subrequestsLeft).toBe(1);
  });

  it("is abandoned from the moment its caller leaves", () => {
    const caller = new AbortController();
    const deadline = new Deadline({ endsAt: 0, subrequests: 1, signal: () => caller.signal });
    expect(deadline.abandoned).toBe(false);

    caller.abort();

    expect(deadline.abandoned).toBe(true);
  });

  it("is never abandoned when nobody waits for it", () => {
    expect(new Deadline({ endsAt: 0, subrequests: 1, signal: null }).abandoned).toBe(false);
  });
});

describe("the limit of one attempt", () => {
  it.each([
    ["a third of what remains", 24_000, 8_000],
    ["a third, just under the maximum", 29_997, 9_999],
    ["the maximum, when a third is more", 60_000, 10_000],
    ["one second, when a third is less", 2_400, 1_000],
    ["one second, when just that remains", 1_000, 1_000],
    ["all that remains, when that is less than a second", 700, 700],
    ["nothing, when nothing remains", 0, 0],
  ])("is %s", (_what, remainingMs, limitMs) => {
    expect(computeAttemptLimitMs(remainingMs, 10_000)).toBe(limitMs);
  });

  it("keeps to a maximum below one second", () => {
    expect(computeAttemptLimitMs(24_000, 500)).toBe(500);
  });
});
