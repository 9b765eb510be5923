/**
 * Attempts in a row, inside a deadline. It knows neither GEN nor HTTP: `attempt` makes one attempt, `judge` says what
 * its outcome means. No wait is started that can't end, with a useful attempt after it, inside what is left.
 */
import type { Backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { computeAttemptLimitMs, type Deadline } from "./deadline.ts";
import type { HostHealth, Shown } from "./host-health.ts";
import { computeWaitMs, selectVeto, type Veto } from "./veto.ts";

/**
 * Whose failure it is. `time`: the attempt was broken off for want of it, which shows nothing of the host if there was little.
 * `caller`: who has left, or has spoilt what was being sent.
 */
export type Blame = "host" | "time" | "caller";

/** What an outcome means for the loop. Null: it is the answer. */
export type Judgement = null | {
  readonly retryable: boolean;
  readonly repeatable: boolean;
  /** What the server asked for, or null. */
  readonly retryAfterMs: number | null;
  /** The first step of the backoff after this failure. */
  readonly backoffBaseMs: number;
  readonly blame: Blame;
};

/** An attempt that had less, because its caller has little time, and was not answered, shows nothing of the host. */
const SHOWING_MS = 5_000;

interface RetryTask<Outcome> {
  readonly attempt: (limitMs: number) => Promise<Outcome>;
  readonly judge: (outcome: Outcome) => Judgement;
  readonly onAttempt: (outcome: Outcome, ms: number, waitedMs: number) => void;
  readonly deadline: Deadline;
  readonly health: HostHealth;
  /** The client for whom it is done. */
  readonly by: string;
  /** The class of operation that a `Retry-After` pauses. */
  readonly pauseGroup: string;
  readonly backoff: Backoff;
  readonly maxAttempts: number;
  readonly attemptTimeoutMs: number;
  readonly clock: Clock;
}

export interface RetryReport<Outcome> {
  /** The last attempt's outcome; null when not one attempt was allowed. */
  readonly outcome: Outcome | null;
  readonly attempts: number;
  /** What ended it; null after an answer, and when the caller left. */
  readonly veto: Veto | null;
  /** How long a caller should wait before asking again, as far as it is known. */
  readonly retryAfterMs: number | null;
}

export async function retry<Outcome>(task: RetryTask<Outcome>): Promise<RetryReport<Outcome>> {
  const { by, clock, deadline, health, pauseGroup } = task;
  let backoff = task.backoff;
  let outcome: Outcome | null = null;
  let failure: Judgement = null;
  let isHasty = false;
  let attempts = 0;
  let notBefore = 0;
  let waitedMs = 0;

  for (;;) {
    if (waitedMs > 0 && deadline.abandoned) return { outcome, attempts, veto: null, retryAfterMs: null };
    const now = clock.now();
    const remainingMs = deadline.remaining(now);
    const pauseMs = Math.max(health.pauses.remaining(pauseGroup, now), notBefore - now, 0);
    const isDue = pauseMs === 0 && (waitedMs > 0 || failure === null);
    const jitterMs = isDue ? 0 : backoff.delayMs(() => clock.random());
    const waitMs = computeWaitMs({ pauseMs, jitterMs, remainingMs });
    const openForMs = health.openForMs(now, by);
    const veto = selectVeto({
      failure,
      attempts,
      maxAttempts: task.maxAttempts,
      subrequestsLeft: deadline.subrequestsLeft,
      throttleAllows: health.allowsRetry(by, isHasty),
      circuitOpenForMs: openForMs,
      waitMs,
      rested: waitedMs > 0,
      remainingMs,
    });
    if (veto) return { outcome, attempts, veto, retryAfterMs: Math.max(pauseMs, openForMs) || null };

    if (waitMs > 0) {
      await clock.sleep(waitMs, deadline.signal ?? undefined);
      // Things may have changed meanwhile: another request may have been told to pause, or have opened the circuit.
      waitedMs += waitMs;
      continue;
    }

    const permit = health.admit(now, { by, pauseGroup });
    if (permit === null) throw new Error("The circuit was closed a moment ago.");
    deadline.takeSubrequest();
    attempts += 1;
    const limitMs = computeAttemptLimitMs(remainingMs, task.attemptTimeoutMs);
    outcome = await task.attempt(limitMs);
    const endedAt = clock.now();
    task.onAttempt(outcome, endedAt - now, waitedMs);
    failure = task.judge(outcome);
    const hadMs = Math.max(limitMs, endedAt - now);
    isHasty = failure?.blame === "time" && hadMs < Math.min(SHOWING_MS, task.attemptTimeoutMs);
    health.learn(permit, pauseGroup, toShown(failure, { isHasty, isAbandoned: deadline.abandoned }), endedAt);
    if (failure === null || deadline.abandoned) return { outcome, attempts, veto: null, retryAfterMs: null };
    if (failure.retryAfterMs !== null) notBefore = endedAt + failure.retryAfterMs;
    waitedMs = 0;
    backoff = (attempts === 1 ? backoff : backoff.next()).atLeast(failure.backoffBaseMs);
  }
}

function toShown(failure: Judgement, { isHasty, isAbandoned }: { isHasty: boolean; isAbandoned: boolean }): Shown {
  if (failure === null) return { result: "success", askedMs: null };
  const { blame, retryable, retryAfterMs: askedMs } = failure;
  if (isAbandoned || blame === "caller") return { result: "nothing", askedMs };
  if (isHasty) return { result: "hasty", askedMs };
  return { result: retryable ? "failure" : "success", askedMs };
}
