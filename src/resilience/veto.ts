/**
 * Why no further attempt was made. The first that applies is named, in the log line and in the problem: the failure's
 * class, the operation's, the number of attempts, the Worker's subrequests, the retry throttle, the circuit, the time.
 */
export type Veto =
  | "not-retryable"
  | "unsafe-to-repeat"
  | "attempts-spent"
  | "subrequests-spent"
  | "throttled"
  | "circuit-open"
  | "no-time";

/** An attempt with less time than this is not worth a wait. */
const USEFUL_ATTEMPT_MS = 500;
/** After a wait that was: timers run late, and what was waited for is done. */
const MIN_ATTEMPT_MS = 100;

/** What the decision to attempt once more is made of. Before the first attempt `failure` is null. */
export interface NextAttempt {
  readonly failure: { readonly retryable: boolean; readonly repeatable: boolean } | null;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly subrequestsLeft: number;
  readonly throttleAllows: boolean;
  readonly circuitOpenForMs: number;
  readonly waitMs: number;
  /** The wait for this attempt is over. */
  readonly rested: boolean;
  readonly remainingMs: number;
}

export function selectVeto(next: NextAttempt): Veto | null {
  if (next.failure && !next.failure.retryable) return "not-retryable";
  if (next.failure && !next.failure.repeatable) return "unsafe-to-repeat";
  if (next.attempts >= next.maxAttempts) return "attempts-spent";
  if (next.subrequestsLeft <= 0) return "subrequests-spent";
  if (next.failure && !next.throttleAllows) return "throttled";
  if (next.circuitOpenForMs > 0) return "circuit-open";
  const neededMs = next.rested && next.waitMs === 0 ? MIN_ATTEMPT_MS : USEFUL_ATTEMPT_MS;
  if (next.remainingMs - next.waitMs < neededMs) return "no-time";
  return null;
}

/**
 * How long to wait before the next attempt: as long as the server asked, with jitter behind it so that those who were
 * paused together don't come back together. Jitter alone never costs an attempt: it shrinks to the room that is left.
 */
export function computeWaitMs(wait: { pauseMs: number; jitterMs: number; remainingMs: number }): number {
  const roomMs = Math.max(0, wait.remainingMs - USEFUL_ATTEMPT_MS - wait.pauseMs);
  return wait.pauseMs + Math.min(wait.jitterMs, roomMs);
}
