import { describe, expect, it } from "vitest";
import { Deadline } from "../../../src/resilience/deadline.ts";
import { inTime } from "../../../src/resilience/in-time.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const BUDGET_MS = 5_000;

function start(work: (clock: FakeClock) => Promise<unknown>) {
  const clock = new FakeClock();
  const deadline = new Deadline({ endsAt: clock.now() + BUDGET_MS, subrequests: 1, signal: null });
  const goingOn: Promise<unknown>[] = [];
  const answer = inTime(work(clock), { clock, deadline, waitUntil: (each) => goingOn.push(each) });
  return { answer: clock.settle(answer), goingOn, clock };
}

describe("work that somebody waits for", () => {
  it("is what it comes to, when that is in time", async () => {
    const { answer } = start((clock) => clock.sleep(BUDGET_MS - 1).then(() => "done"));
    expect(await answer).toBe("done");
  });

  it("is late when the budget is over before, and goes on", async () => {
    let done = false;
    const { answer, goingOn, clock } = start(async (clock) => {
      await clock.sleep(BUDGET_MS + 1);
      done = true;
    });
    expect(await answer).toBe("late");
    expect(done).toBe(false);
    await clock.settle(Promise.all(goingOn));
    expect(done).toBe(true);
  });

  it("fails for its caller when it fails in time, and leaves nothing unhandled", async () => {
    const { answer, goingOn } = start(async () => {
      throw new Error("no");
    });
    await expect(answer).rejects.toThrow("no");
    expect(await Promise.all(goingOn)).toEqual([undefined]);
  });

  it("leaves no timer behind", async () => {
    const { answer, clock } = start(async () => "done");
    await answer;
    expect(clock.pendingTimers).toBe(0);
  });
});
