const REMEMBER_MS = 30_000;

/**
 * Remembers, for 30 s in this isolate, that GEN refused the Worker's key: asking again can't help before an operator
 * has acted, and a key that fails over and over looks like an attack.
 */
export class KeyGuard {
  #rejectedUntil = 0;

  rejected(now: number): void {
    this.#rejectedUntil = now + REMEMBER_MS;
  }

  isRejected(now: number): boolean {
    return now < this.#rejectedUntil;
  }
}
