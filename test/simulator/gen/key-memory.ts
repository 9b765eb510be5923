import type { Reply } from "./reply.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

export interface Remembered {
  readonly fingerprint: string;
  readonly expires: number;
  /** The first send, which is still at work. */
  running: Promise<Reply> | undefined;
  reply: Reply | undefined;
}

/** The memory of idempotency keys: 24 hours, counted from the first send. */
export class KeyMemory {
  #known = new Map<string, Remembered>();

  find(id: string, now: number): Remembered | undefined {
    const known = this.#known.get(id);
    if (known && known.expires <= now && !known.running) this.#known.delete(id);
    return this.#known.get(id);
  }

  begin(id: string, fingerprint: string, now: number, forever: boolean): Remembered {
    const expires = forever ? Number.POSITIVE_INFINITY : now + DAY_MS;
    const remembered: Remembered = { fingerprint, expires, running: undefined, reply: undefined };
    this.#known.set(id, remembered);
    return remembered;
  }

  forget(id: string, remembered: Remembered): void {
    if (this.#known.get(id) === remembered) this.#known.delete(id);
  }

  clear(): void {
    this.#known.clear();
  }
}
