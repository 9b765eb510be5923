import { expect, it } from "vitest";
import { atMostEvery } from "../../../src/observability/at-most-every.ts";
import { FakeClock } from "../../support/fake-clock.ts";

it("what is done at most every minute is done at once, and again by the first call a minute later", async () => {
  const clock = new FakeClock();
  const doneAt: number[] = [];
  const report = atMostEvery(60_000, clock, () => doneAt.push(clock.now()));
  const startedAt = clock.now();
  for (let call = 0; call < 130; call += 1) {
    report();
    report();
    await clock.advance(1_000);
  }

  expect(doneAt.map((at) => at - startedAt)).toEqual([0, 60_000, 120_000]);
});
