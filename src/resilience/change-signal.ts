import type { Clock } from "./clock.ts";

/** Wakes everything that waits for a change. */
export class ChangeSignal {
  #next = Promise.withResolvers<void>();

  notify(): void {
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
  }

  /** Waits for the next `notify`, at most `ms`. */
  async wait(ms: number, clock: Clock): Promise<void> {
    const timer = new AbortController();
    await Promise.race([this.#next.promise, clock.sleep(ms, timer.signal)]);
    timer.abort();
  }
}
