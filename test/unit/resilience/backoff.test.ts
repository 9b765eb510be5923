import { describe, expect, it } from "vitest";
import { Backoff } from "../../../src/resilience/backoff.ts";
import { createRandom } from "../../support/fake-clock.ts";

/** The ceilings of `count` waits in a row. */
function readCeilings(first: Backoff, count: number): number[] {
  const ceilings: number[] = [];
  for (let backoff = first; ceilings.length < count; backoff = backoff.next()) ceilings.push(backoff.ceilingMs);
  return ceilings;
}

describe("backoff", () => {
  it("doubles its ceiling with each retry, up to the cap", () => {
    const ceilings = readCeilings(new Backoff(250, 2_000), 6);

    expect(ceilings).toEqual([250, 500, 1_000, 2_000, 2_000, 2_000]);
  });

  it("never exceeds the cap, though its first step does", () => {
    const backoff = new Backoff(5_000, 2_000);

    expect(backoff.ceilingMs).toBe(2_000);
  });

  it("stays at the cap after a thousand retries and more", () => {
    const backoff = new Backoff(250, 2_000, 5_000);

    expect(backoff.ceilingMs).toBe(2_000);
  });

  it("spreads a wait over all the room from nothing up to the ceiling", () => {
    const backoff = new Backoff(250, 2_000, 2);

    expect(backoff.delayMs(() => 0)).toBe(0);
    expect(backoff.delayMs(() => 0.5)).toBe(500);
    expect(backoff.delayMs(() => 0.999)).toBeCloseTo(999);
  });

  it("keeps every jittered wait below its ceiling, and half the ceiling on average", () => {
    const random = createRandom(7);
    const backoff = new Backoff(400, 2_000);
    const waits = Array.from({ length: 10_000 }, () => backoff.delayMs(random));

    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...waits)).toBeLessThan(400);
    expect(Math.abs(waits.reduce((sum, ms) => sum + ms, 0) / waits.length - 200)).toBeLessThan(5);
  });

  it("is a value: the next one leaves the first as it was", () => {
    const first = new Backoff(250, 2_000);
    const second = first.next();

    expect(first).toEqual(new Backoff(250, 2_000, 0));
    expect(second).toEqual(new Backoff(250, 2_000, 1));
  });

  it("takes a larger first step with the retries it has had", () => {
    const raised = new Backoff(250, 8_000, 2).atLeast(1_000);

    expect(raised).toEqual(new Backoff(1_000, 8_000, 2));
    expect(raised.ceilingMs).toBe(4_000);
  });

  it.each([250, 100, 0])("does not go down to a first step of %i ms", (baseMs) => {
    const backoff = new Backoff(250, 2_000, 1);

    expect(backoff.atLeast(baseMs)).toEqual(backoff);
  });
});
