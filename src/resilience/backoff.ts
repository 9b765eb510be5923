/**
 * Exponential backoff with full jitter: each wait is anywhere between nothing and a ceiling that doubles, so that
 * callers who failed together don't come back together. Immutable: `next` is a new value.
 */
export class Backoff {
  readonly baseMs: number;
  readonly capMs: number;
  readonly retries: number;

  constructor(baseMs: number, capMs: number, retries = 0) {
    this.baseMs = baseMs;
    this.capMs = capMs;
    this.retries = retries;
  }

  get ceilingMs(): number {
    return Math.min(this.capMs, this.baseMs * 2 ** this.retries);
  }

  delayMs(random: () => number): number {
    return random() * this.ceilingMs;
  }

  next(): Backoff {
    return new Backoff(this.baseMs, this.capMs, this.retries + 1);
  }

  /** The same number of retries from a larger first step. GEN's guide asks for one second after a 429. */
  atLeast(baseMs: number): Backoff {
    return baseMs <= this.baseMs ? this : new Backoff(baseMs, this.capMs, this.retries);
  }
}
