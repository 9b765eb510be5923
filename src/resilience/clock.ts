/**
 * Time and chance, passed in to all that waits or rolls dice, so that tests decide both. The only file that reads
 * `Date.now()`, `Math.random()` and the timers. In production the clock of a Worker moves at I/O only.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 up to, never including, 1. */
  random(): number;
  /** Runs once after `ms`; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
  /** Resolves after `ms`, or as soon as the signal aborts. It never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
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
};
