import { describe, expect, it } from "vitest";
import { computeDelayMs } from "../../../src/notifications/delivery/schedule.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ATTEMPTS = Array.from({ length: 10 }, (_, index) => index);

describe("the schedule of a notification", () => {
  it("has ten attempts, with the delays of the Standard Webhooks specification between them", () => {
    const delays = ATTEMPTS.map((attempts) => computeDelayMs(attempts, 0));

    expect(delays).toEqual([
      0,
      5 * SECOND,
      5 * MINUTE,
      30 * MINUTE,
      2 * HOUR,
      5 * HOUR,
      10 * HOUR,
      14 * HOUR,
      20 * HOUR,
      24 * HOUR,
    ]);
    expect(computeDelayMs(10, 0)).toBeNull();
  });

  it("reaches over 75 h 35 min 5 s, as the specification's own table says", () => {
    const total = ATTEMPTS.reduce((sum, attempts) => sum + (computeDelayMs(attempts, 0) ?? 0), 0);

    expect(total).toBe(75 * HOUR + 35 * MINUTE + 5 * SECOND);
  });

  it("makes each wait up to a tenth longer by chance, never shorter", () => {
    for (const attempts of ATTEMPTS.slice(1)) {
      const shortest = computeDelayMs(attempts, 0) ?? 0;
      const middle = computeDelayMs(attempts, 0.5) ?? 0;
      const longest = computeDelayMs(attempts, 1 - Number.EPSILON) ?? 0;

      expect(middle).toBe(Math.ceil(shortest * 1.05));
      expect(longest).toBeGreaterThan(middle);
      expect(longest).toBeLessThanOrEqual(Math.ceil(shortest * 1.1));
    }
  });

  it("has the first attempt at once, whatever chance says", () => {
    expect(computeDelayMs(0, 0.99)).toBe(0);
  });

  it("waits whole milliseconds", () => {
    expect(computeDelayMs(1, 0.123_456_7)).toBe(5_062);
  });
});
