import { describe, expect, it } from "vitest";
import { computeWaitMs, type NextAttempt, selectVeto, type Veto } from "../../../src/resilience/veto.ts";

/** A retry that no veto stops. */
const ALLOWED: NextAttempt = {
  failure: { retryable: true, repeatable: true },
  attempts: 1,
  maxAttempts: 8,
  subrequestsLeft: 10,
  throttleAllows: true,
  circuitOpenForMs: 0,
  waitMs: 250,
  hasWaited: false,
  remainingMs: 10_000,
};

/** The vetoes in their order: the facts that cause each, and the facts that remove it. */
const LADDER: readonly { veto: Veto; wrong: Partial<NextAttempt>; mended: Partial<NextAttempt> }[] = [
  {
    veto: "not-retryable",
    wrong: { failure: { retryable: false, repeatable: false } },
    mended: { failure: { retryable: true, repeatable: false } },
  },
  {
    veto: "unsafe-to-repeat",
    wrong: { failure: { retryable: true, repeatable: false } },
    mended: { failure: { retryable: true, repeatable: true } },
  },
  { veto: "attempts-spent", wrong: { attempts: 8 }, mended: { attempts: 7 } },
  { veto: "subrequests-spent", wrong: { subrequestsLeft: 0 }, mended: { subrequestsLeft: 1 } },
  { veto: "throttled", wrong: { throttleAllows: false }, mended: { throttleAllows: true } },
  { veto: "circuit-open", wrong: { circuitOpenForMs: 1 }, mended: { circuitOpenForMs: 0 } },
  { veto: "no-time", wrong: { waitMs: 9_501 }, mended: { waitMs: 9_500 } },
];

/** An attempt that every veto stops, except the first ones of the ladder. */
function mendUpper(steps: number): NextAttempt {
  const wrong = LADDER.map((step) => step.wrong).reverse();
  const mended = LADDER.slice(0, steps).map((step) => step.mended);
  return Object.assign({}, ALLOWED, ...wrong, ...mended);
}

describe("the ladder of vetoes", () => {
  it("lets a retry through that nothing speaks against", () => {
    expect(selectVeto(ALLOWED)).toBeNull();
  });

  it.each(LADDER)("names $veto when that alone speaks against it", ({ veto, wrong }) => {
    expect(selectVeto({ ...ALLOWED, ...wrong })).toBe(veto);
  });

  it.each(LADDER.map(({ veto }, step) => ({ veto, step })))("names $veto before all below it", ({ veto, step }) => {
    expect(selectVeto(mendUpper(step))).toBe(veto);
  });

  it("lets a retry through that is on the right side of every bound by one", () => {
    expect(selectVeto(mendUpper(LADDER.length))).toBeNull();
  });

  it("asks less time of an attempt whose wait is over: timers run late", () => {
    const waited = { ...ALLOWED, hasWaited: true, waitMs: 0 };

    expect(selectVeto({ ...waited, remainingMs: 100 })).toBeNull();
    expect(selectVeto({ ...waited, remainingMs: 99 })).toBe("no-time");
    expect(selectVeto({ ...waited, waitMs: 1, remainingMs: 500 })).toBe("no-time");
  });

  it("never throttles a first attempt", () => {
    expect(selectVeto({ ...ALLOWED, failure: null, attempts: 0, throttleAllows: false })).toBeNull();
  });

  it.each([
    ["subrequests-spent", { subrequestsLeft: 0 }],
    ["circuit-open", { circuitOpenForMs: 1 }],
    ["no-time", { waitMs: 0, remainingMs: 499 }],
  ] as const)("names %s for a first attempt, too", (veto, cause) => {
    expect(selectVeto({ ...ALLOWED, failure: null, attempts: 0, ...cause })).toBe(veto);
  });
});

describe("the wait before an attempt", () => {
  it("is the jitter when nobody asked for a pause", () => {
    expect(computeWaitMs({ pauseMs: 0, jitterMs: 180, remainingMs: 10_000 })).toBe(180);
  });

  it("is never shorter than the pause asked for, with the jitter behind it", () => {
    expect(computeWaitMs({ pauseMs: 2_000, jitterMs: 180, remainingMs: 10_000 })).toBe(2_180);
  });

  it("shrinks its jitter to leave 500 ms for the attempt", () => {
    expect(computeWaitMs({ pauseMs: 0, jitterMs: 2_000, remainingMs: 1_200 })).toBe(700);
    expect(computeWaitMs({ pauseMs: 600, jitterMs: 2_000, remainingMs: 1_200 })).toBe(700);
  });

  it("never shrinks the pause, though no time is left behind it", () => {
    expect(computeWaitMs({ pauseMs: 5_000, jitterMs: 100, remainingMs: 1_200 })).toBe(5_000);
  });

  it("has no jitter when less than 500 ms remain", () => {
    expect(computeWaitMs({ pauseMs: 0, jitterMs: 100, remainingMs: 300 })).toBe(0);
  });
});
