const REMEMBER_MS = 30_000;
/** A check that has not reported in this time is given up: its request may have ended, and its work with it. */
const CHECK_MS = 10_000;

/**
 * Remembers, for 30 s per isolate, what `GET /me` said about an account's key. Refused: no further calls, because only
 * an operator can fix it, and a key that keeps failing looks like an attack. Accepted: no further checks, because
 * refusals elsewhere are about something else.
 */
export class KeyGuard {
  #rejectedUntil = 0;
  #uncheckedUntil = 0;

  isRejected(now: number): boolean {
    return now < this.#rejectedUntil;
  }

  /** Whether to check the key now. One check at a time, and none while the last result is remembered. */
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
