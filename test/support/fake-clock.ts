/**
 * A clock and random numbers that a test controls. The clock stands still until it is moved, and then runs what falls
 * due in order. No real timer is used, so a day takes no longer than a millisecond, and every run is the same.
 */
import { setImmediate as drainMicrotasks } from "node:timers/promises";
import type { Clock } from "../../src/resilience/clock.ts";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** One number for all calls, a list of numbers (an error when they run out), or a generator. */
export type Chance = number | readonly number[] | (() => number);

export class FakeClock implements Clock {
  /** Every sleep that was started, in milliseconds. */
  readonly sleeps: number[] = [];
  readonly #random: () => number;
  /** Ordered by time; timers of the same time by the order in which they were set. */
  readonly #timers: Timer[] = [];
  #now: number;

  constructor({ startsAt = 1_000_000, random = 0 }: { startsAt?: number; random?: Chance } = {}) {
    this.#now = startsAt;
    this.#random = toGenerator(random);
  }

  now(): number {
    return this.#now;
  }

  /** These methods need their clock as `this`, as any implementation may: detached, they throw. */
  random(): number {
    return this.#random();
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), run };
    const later = this.#timers.findIndex(({ at }) => at > timer.at);
    this.#timers.splice(later < 0 ? this.#timers.length : later, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        stop();
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      const stop = this.after(ms, wake);
      signal?.addEventListener("abort", wake);
    });
  }

  async yield(): Promise<void> {}

  /** Timers that have neither run nor been cancelled. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Advances by `ms`; what falls due on the way runs at its own time, promises included. */
  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await drainMicrotasks();
    while ((this.#timers[0]?.at ?? Number.POSITIVE_INFINITY) <= until) await this.#runNext();
    this.#now = until;
  }

  /** Advances until the work has settled, and not further. */
  async settle<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    work.then(mark, mark);
    await drainMicrotasks();
    while (!settled) await this.#runNext();
    return work;
  }

  async #runNext(): Promise<void> {
    const timer = this.#timers.shift();
    if (!timer) throw new Error("The work waits for something that no timer will bring about.");
    this.#now = timer.at;
    timer.run();
    await drainMicrotasks();
  }
}

function toGenerator(chance: Chance): () => number {
  if (typeof chance === "function") return chance;
  if (typeof chance === "number") return () => chance;
  const left = [...chance];
  return () => {
    const next = left.shift();
    if (next === undefined) throw new Error("The test gave too few random numbers.");
    return next;
  };
}

/** Random numbers from 0 up to, never including, 1; the same for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
