/**
 * Exponential backoff with full jitter: each wait is random between 0 and a ceiling that doubles, so that callers that
 * failed together don't retry together. Immutable: `next` returns a new value.
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

  /** The same retry count with a larger base. GEN's guide asks for one second after a 429. */
  atLeast(baseMs: number): Backoff {
    return baseMs <= this.baseMs ? this : new Backoff(baseMs, this.capMs, this.retries);
  }
}
