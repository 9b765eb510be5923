/**
 * What one invocation may still use: time, and subrequests (a Worker has a fixed allowance: 50 external ones on the
 * free plan). Created when work enters and passed to everything that waits. `signal` aborts when the caller has
 * disconnected.
 */
export class Deadline {
  readonly endsAt: number;
  readonly #signal: (() => AbortSignal) | null;
  #subrequestsLeft: number;

  constructor(limits: { endsAt: number; subrequests: number; signal: (() => AbortSignal) | null }) {
    this.endsAt = limits.endsAt;
    this.#signal = limits.signal;
    this.#subrequestsLeft = limits.subrequests;
  }

  /** Milliseconds left, never negative. */
  remaining(now: number): number {
    return Math.max(0, this.endsAt - now);
  }

  get subrequestsLeft(): number {
    return this.#subrequestsLeft;
  }

  takeSubrequest(): void {
    this.#subrequestsLeft -= 1;
  }

  get abandoned(): boolean {
    return this.signal?.aborted ?? false;
  }

  get signal(): AbortSignal | null {
    return this.#signal?.() ?? null;
  }
}

const MIN_ATTEMPT_MS = 1_000;

/** Time limit for one attempt's headers: a third of what remains, at least 1 s, at most `maxMs`. */
export function computeAttemptLimitMs(remainingMs: number, maxMs: number): number {
  const share = Math.min(Math.max(remainingMs / 3, MIN_ATTEMPT_MS), maxMs);
  return Math.min(share, remainingMs);
}
