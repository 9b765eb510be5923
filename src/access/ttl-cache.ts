/**
 * An in-memory cache of store records, 60 s each. With KV's own delay, a revocation takes effect within three minutes.
 * Absent records are cached for 10 s, so that guessing names costs the store little.
 */
const KEEP_MS = 60_000;
const KEEP_ABSENT_MS = 10_000;
const MAX_KEPT = 1_000;
/** The shortest time between two forced reads of one name. */
const RENEW_MS = 5_000;

export class TtlCache<T> {
  readonly #load: (name: string) => Promise<T | null>;
  readonly #kept = new Map<string, { readonly since: number; readonly until: number; readonly found: T | null }>();

  constructor(load: (name: string) => Promise<T | null>) {
    this.#load = load;
  }

  /** From the cache alone. Null when nothing is cached, or the record is known to be absent. */
  recall(name: string, now: number): T | null {
    const kept = this.#kept.get(name);
    return kept && now < kept.until ? kept.found : null;
  }

  /** The last value read, even if it is stale. */
  last(name: string): T | null {
    return this.#kept.get(name)?.found ?? null;
  }

  async get(name: string, now: number): Promise<T | null> {
    const kept = this.#kept.get(name);
    return kept && now < kept.until ? kept.found : this.#renew(name, now);
  }

  /** Reads again, because the cached value did not fit. A value read less than 5 s ago is returned as it is. */
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
