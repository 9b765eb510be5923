/**
 * A circuit breaker: refuses attempts at a host that is down. It opens by failure rate, not by consecutive failures:
 * five in a row happen every few seconds at a 30 % failure rate, and opening on them would halve the success rate. One
 * per isolate and host, and one for each client.
 */
export const WINDOW_MS = 10_000;
const SLICE_MS = 1_000;
const MIN_ATTEMPTS = 20;
const FAILED_SHARE = 0.9;
const FIRST_OPEN_MS = 1_000;
const MAX_OPEN_MS = 30_000;

interface Slice {
  readonly startedAt: number;
  attempts: number;
  failures: number;
}

/** Permission for one attempt. Its outcome counts only if the circuit has not changed state since. */
export interface Permit {
  readonly era: number;
}

export class Circuit {
  /** Incremented whenever the circuit opens, closes or sends a probe. */
  #era = 0;
  #slices: Slice[] = [];
  #openUntil = 0;
  #openMs = 0;
  #probeUntil = 0;
  readonly #probeLeaseMs: number;

  /** `probeLeaseMs`: when a probe that never reports is given up. Its request may have ended, and its work with it. */
  constructor(probeLeaseMs: number) {
    this.#probeLeaseMs = probeLeaseMs;
  }

  /** Milliseconds until an attempt is allowed; 0 when it is allowed now. */
  openForMs(now: number): number {
    if (this.#openMs === 0) return 0;
    return Math.max(0, this.#openUntil - now, this.#probeUntil - now);
  }

  get isOpen(): boolean {
    return this.#openMs > 0;
  }

  /** Requests permission for one attempt; null when refused. While the circuit is open, the attempt is its probe. */
  begin(now: number): Permit | null {
    if (this.openForMs(now) > 0) return null;
    if (this.#openMs > 0) {
      this.#era += 1;
      this.#probeUntil = now + this.#probeLeaseMs;
    }
    return { era: this.#era };
  }

  record(permit: Permit, failed: boolean, now: number): void {
    if (permit.era !== this.#era) return; // Started before the circuit opened, or a probe that was given up.
    if (this.#openMs === 0) this.#recordWhileClosed(failed, now);
    else if (failed) this.#open(Math.min(this.#openMs * 2, MAX_OPEN_MS), now);
    else this.#close();
  }

  /** The attempt says nothing about the host. If it was a probe, the next attempt may be the probe. */
  release(permit: Permit): void {
    if (permit.era === this.#era) this.#probeUntil = 0;
  }

  #recordWhileClosed(failed: boolean, now: number): void {
    this.#slices = this.#slices.filter((slice) => slice.startedAt > now - WINDOW_MS);
    let slice = this.#slices.at(-1);
    if (slice === undefined || slice.startedAt <= now - SLICE_MS) {
      slice = { startedAt: now, attempts: 0, failures: 0 };
      this.#slices.push(slice);
    }
    slice.attempts += 1;
    if (!failed) return;
    slice.failures += 1;
    const attempts = this.#slices.reduce((sum, each) => sum + each.attempts, 0);
    const failures = this.#slices.reduce((sum, each) => sum + each.failures, 0);
    if (attempts >= MIN_ATTEMPTS && failures >= attempts * FAILED_SHARE) this.#open(FIRST_OPEN_MS, now);
  }

  #open(ms: number, now: number): void {
    this.#era += 1;
    this.#openMs = ms;
    this.#openUntil = now + ms;
    this.#probeUntil = 0;
    this.#slices = [];
  }

  #close(): void {
    this.#era += 1;
    this.#openMs = 0;
  }
}
