/**
 * Why no further attempt was made. The first reason that applies is named in the log line and in the problem. In order:
 * the failure can't be retried, the operation can't be repeated, attempts are used up, subrequests are used up, retry
 * throttle, circuit, time.
 */
export type Veto =
  | "not-retryable"
  | "unsafe-to-repeat"
  | "attempts-spent"
  | "subrequests-spent"
  | "throttled"
  | "circuit-open"
  | "no-time";

/** Don't wait for an attempt that would have less time than this. */
const USEFUL_ATTEMPT_MS = 500;
/** Enough after a wait: timers fire late, and the wait is already spent. */
const MIN_ATTEMPT_MS = 100;

/** Input of the decision to make another attempt. Before the first attempt `failure` is null. */
export interface NextAttempt {
  readonly failure: { readonly retryable: boolean; readonly repeatable: boolean } | null;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly subrequestsLeft: number;
  readonly throttleAllows: boolean;
  readonly circuitOpenForMs: number;
  readonly waitMs: number;
  /** Whether the wait for this attempt is over. */
  readonly hasWaited: boolean;
  readonly remainingMs: number;
}

export function selectVeto(next: NextAttempt): Veto | null {
  if (next.failure && !next.failure.retryable) return "not-retryable";
  if (next.failure && !next.failure.repeatable) return "unsafe-to-repeat";
  if (next.attempts >= next.maxAttempts) return "attempts-spent";
  if (next.subrequestsLeft <= 0) return "subrequests-spent";
  if (next.failure && !next.throttleAllows) return "throttled";
  if (next.circuitOpenForMs > 0) return "circuit-open";
  const neededMs = next.hasWaited && next.waitMs === 0 ? MIN_ATTEMPT_MS : USEFUL_ATTEMPT_MS;
  if (next.remainingMs - next.waitMs < neededMs) return "no-time";
  return null;
}

/**
 * How long to wait before the next attempt: as long as the server asked, plus jitter so that callers that were paused
 * together don't return together. Jitter alone never prevents an attempt: it shrinks to the time that is left.
 */
export function computeWaitMs(wait: { pauseMs: number; jitterMs: number; remainingMs: number }): number {
  const roomMs = Math.max(0, wait.remainingMs - USEFUL_ATTEMPT_MS - wait.pauseMs);
  return wait.pauseMs + Math.min(wait.jitterMs, roomMs);
}
