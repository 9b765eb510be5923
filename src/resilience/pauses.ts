const MAX_PAUSE_MS = 30_000;

/**
 * Pauses that a host asked for with `Retry-After`, by group of operations. A pause holds back only its group, for at
 * most 30 s. One per isolate and host.
 */
export class Pauses {
  readonly #until = new Map<string, number>();

  pause(group: string, ms: number, now: number): void {
    const until = now + Math.min(ms, MAX_PAUSE_MS);
    this.#until.set(group, Math.max(until, this.#until.get(group) ?? 0));
  }

  remaining(group: string, now: number): number {
    return Math.max(0, (this.#until.get(group) ?? 0) - now);
  }
}
