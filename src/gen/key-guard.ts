const REMEMBER_MS = 30_000;
/** A check whose end nobody has heard of in this time is over: its request, and the Worker's work with it, may be gone. */
const CHECK_MS = 10_000;

/**
 * Remembers, for 30 s in this isolate, what `GET /me` has said of an account's key. Refused: asking again can't help before an
 * operator has acted, and a key that fails over and over looks like an attack. Taken: a refusal elsewhere is about something else.
 */
export class KeyGuard {
  #rejectedUntil = 0;
  #uncheckedUntil = 0;

  isRejected(now: number): boolean {
    return now < this.#rejectedUntil;
  }

  /** Whether the key is to be checked now: one check at a time, and none while its end is remembered. */
  beginCheck(now: number): boolean {
    if (now < this.#uncheckedUntil) return false;
    this.#uncheckedUntil = now + CHECK_MS;
    return true;
  }

  rejected(now: number): void {
    this.#rejectedUntil = now + REMEMBER_MS;
    this.#uncheckedUntil = now + REMEMBER_MS;
  }

  accepted(now: number): void {
    this.#rejectedUntil = 0;
    this.#uncheckedUntil = now + REMEMBER_MS;
  }
}
