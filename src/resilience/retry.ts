/**
 * Repeats attempts within a deadline. Knows neither GEN nor HTTP: `attempt` makes one attempt, `judge` says what its
 * outcome means. Never starts a wait that would leave too little time for a useful attempt after it.
 */
import type { Backoff } from "./backoff.ts";
import type { Clock } from "./clock.ts";
import { computeAttemptLimitMs, type Deadline } from "./deadline.ts";
import type { HostHealth, Shown } from "./host-health.ts";
import { computeWaitMs, selectVeto, type Veto } from "./veto.ts";

/**
 * What caused the failure. `time`: the attempt was aborted for lack of time; if it had little, that says nothing about
 * the host. `caller`: the caller disconnected or aborted its upload.
 */
export type Blame = "host" | "time" | "caller";

/** What an outcome means for the loop. Null: it is an answer. */
export type Judgement = null | {
  readonly retryable: boolean;
  readonly repeatable: boolean;
  /** The wait that the server asked for, or null. */
  readonly retryAfterMs: number | null;
  /** The first step of the backoff after this failure. */
  readonly backoffBaseMs: number;
  readonly blame: Blame;
};

/** An attempt that timed out with less time than this is inconclusive: it says nothing about the host. */
const MIN_CONCLUSIVE_MS = 5_000;

interface RetryTask<Outcome> {
  readonly attempt: (limitMs: number) => Promise<Outcome>;
  readonly judge: (outcome: Outcome) => Judgement;
  readonly onAttempt: (outcome: Outcome, ms: number, waitedMs: number) => void;
  readonly deadline: Deadline;
  readonly health: HostHealth;
  /** The client of the call. */
  readonly by: string;
  /** The group of operations that a `Retry-After` pauses. */
  readonly pauseGroup: string;
  readonly backoff: Backoff;
  readonly maxAttempts: number;
  readonly attemptTimeoutMs: number;
  readonly clock: Clock;
}

export interface RetryReport<Outcome> {
  /** The last attempt's outcome; null when no attempt was made. */
  readonly outcome: Outcome | null;
  readonly attempts: number;
  /** Why no further attempt was made; null after an answer and when the caller disconnected. */
  readonly veto: Veto | null;
  /** How long a caller should wait before trying again; null when unknown. */
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
      hasWaited: waitedMs > 0,
      remainingMs,
    });
    if (veto) return { outcome, attempts, veto, retryAfterMs: Math.max(pauseMs, openForMs) || null };

    if (waitMs > 0) {
      await clock.sleep(waitMs, deadline.signal ?? undefined);
      // Check everything again: meanwhile another request may have been told to pause, or have opened the circuit.
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
    isHasty = failure?.blame === "time" && hadMs < Math.min(MIN_CONCLUSIVE_MS, task.attemptTimeoutMs);
    health.learn(permit, pauseGroup, toShown(failure, { isHasty, isAbandoned: deadline.abandoned }), endedAt);
    if (failure === null || deadline.abandoned) return { outcome, attempts, veto: null, retryAfterMs: null };
    if (failure.retryAfterMs !== null) notBefore = endedAt + failure.retryAfterMs;
    waitedMs = 0;
    backoff = (attempts === 1 ? backoff : backoff.next()).atLeast(failure.backoffBaseMs);
  }
}

function toShown(failure: Judgement, { isHasty, isAbandoned }: { isHasty: boolean; isAbandoned: boolean }): Shown {
  if (failure === null) return { result: "success", askedMs: null };
  const { blame, retryable } = failure;
  // A refusal that names a time is about the call, not about the host.
  const askedMs = retryable ? failure.retryAfterMs : null;
  if (isAbandoned || blame === "caller") return { result: "nothing", askedMs };
  if (isHasty) return { result: "hasty", askedMs };
  return { result: retryable ? "failure" : "success", askedMs };
}
