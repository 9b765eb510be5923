/**
 * Time and randomness, passed to everything that needs them so that tests control both. The only file that uses
 * `Date.now()`, `Math.random()` and timers. In production a Worker's clock advances only at I/O.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 (included) to 1 (excluded). */
  random(): number;
  /** Runs once after `ms`; the returned function cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Resolves after `ms`, or as soon as the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Lets everything go first that is ready now, answers on their way included. */
  yield(): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  sleep(ms, signal) {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal?.addEventListener("abort", wake);
    });
  },
  yield: () => new Promise((resolve) => setTimeout(resolve, 0)),
};
