import { describe, expect, it } from "vitest";
import { RetryThrottle } from "../../../src/resilience/retry-throttle.ts";

function createThrottle(record: { failures?: number; successes?: number } = {}): RetryThrottle {
  const throttle = new RetryThrottle();
  repeat(record.successes ?? 0, () => throttle.record(false));
  repeat(record.failures ?? 0, () => throttle.record(true));
  return throttle;
}

function repeat(times: number, run: () => void): void {
  for (let time = 0; time < times; time += 1) run();
}

describe("the retry throttle", () => {
  it("lets a fresh isolate retry", () => {
    expect(createThrottle().allowsRetry).toBe(true);
  });

  it("stops retries at the tenth failure, not before", () => {
    expect(createThrottle({ failures: 9 }).allowsRetry).toBe(true);
    expect(createThrottle({ failures: 10 }).allowsRetry).toBe(false);
  });

  it("lets retries through again after one success at the threshold", () => {
    const throttle = createThrottle({ failures: 10 });

    throttle.record(false);

    expect(throttle.allowsRetry).toBe(true);
  });

  it("saves up no more than ten failures' worth of successes", () => {
    expect(createThrottle({ successes: 1_000, failures: 19 }).allowsRetry).toBe(true);
    expect(createThrottle({ successes: 1_000, failures: 20 }).allowsRetry).toBe(false);
  });

  it("owes at most twenty-one successes, however long a host was down", () => {
    const throttle = createThrottle({ failures: 1_000 });

    repeat(20, () => throttle.record(false));
    expect(throttle.allowsRetry).toBe(false);

    throttle.record(false);
    expect(throttle.allowsRetry).toBe(true);
  });

  it("keeps allowing retries while a host answers half of the time", () => {
    const throttle = createThrottle();

    repeat(1_000, () => {
      throttle.record(true);
      expect(throttle.allowsRetry).toBe(true);
      throttle.record(false);
    });
  });
});
