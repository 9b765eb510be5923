import { describe, expect, it } from "vitest";
import { fuzz } from "../fuzz/fuzz.ts";
import { describeFailure } from "../fuzz/report.ts";

/** `npm run fuzz` runs for minutes, with a new seed each time. */
describe("the Worker", () => {
  it("answers whatever is sent in time and in form, tells no secret and charges no intent twice", {
    timeout: 60_000,
  }, async () => {
    const seed = 20_261_122;
    const { summary } = await fuzz({ seed, seconds: 9, only: null, maxFailures: 5 });
    expect(summary.failures.map((failure) => describeFailure(failure, seed))).toEqual([]);
    expect(summary.cases).toBeGreaterThan(100);
    expect(summary.charges).toBeGreaterThan(0);
  });
});
