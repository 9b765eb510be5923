/**
 * Records of a store, remembered in the isolate for 60 s: what was taken back stops within three minutes, the store's
 * own delay included. What is not there is remembered for 10 s, so that guessing costs the store little.
 */
const KEEP_MS = 60_000;
const KEEP_ABSENT_MS = 10_000;
const MAX_KEPT = 1_000;
/** The store is asked again for one name at most so often. */
const RENEW_MS = 5_000;

export class TtlCache<T> {
  readonly #load: (name: string) => Promise<T | null>;
  readonly #kept = new Map<string, { readonly since: number; readonly until: number; readonly found: T | null }>();

  constructor(load: (name: string) => Promise<T | null>) {
    this.#load = load;
  }

  /** What is remembered, without asking the store. Null also for what is remembered not to be there. */
  recall(name: string, now: number): T | null {
    const kept = this.#kept.get(name);
    return kept && now < kept.until ? kept.found : null;
  }

  /** What was found last, however long ago. */
  last(name: string): T | null {
    return this.#kept.get(name)?.found ?? null;
  }

  async get(name: string, now: number): Promise<T | null> {
    const kept = this.#kept.get(name);
    return kept && now < kept.until ? kept.found : this.#renew(name, now);
  }

  /** As the store has it now: what is remembered does not fit. What was read a moment ago is not read again. */
  async renew(name: string, now: number): Promise<T | null> {
    const kept = this.#kept.get(name);
    return kept && now < kept.since + RENEW_MS ? kept.found : this.#renew(name, now);
  }

  async #renew(name: string, now: number): Promise<T | null> {
    const found = await this.#load(name);
    this.#kept.delete(name);
    this.#kept.set(name, { since: now, found, until: now + (found === null ? KEEP_ABSENT_MS : KEEP_MS) });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MAX_KEPT && !oldest.done) this.#kept.delete(oldest.value);
    return found;
  }
}
