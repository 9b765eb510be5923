/**
 * What a Durable Object must tell another one. It is stored together with the change that raised it, and handed over by
 * the object's alarm, so that nothing is lost in between. The object must set its alarm for `dueAt` and call `handOver`
 * there. An item can be handed over twice.
 */
import type { Clock } from "../resilience/clock.ts";

const RETRY_MS = 30_000;

interface Handling<Item> {
  /** The key under which the items are stored. */
  readonly key: string;
  readonly clock: Clock;
  /** Throws when the item was not taken. */
  readonly deliver: (item: Item) => Promise<void>;
  readonly onFailure: (item: Item, error: unknown) => void;
}

export class Outbox<Item> {
  readonly #kv: SyncKvStorage;
  readonly #handling: Handling<Item>;
  #waiting: readonly Item[];
  #notBefore: number;

  constructor(kv: SyncKvStorage, handling: Handling<Item>) {
    this.#kv = kv;
    this.#handling = handling;
    this.#waiting = kv.get<readonly Item[]>(handling.key) ?? [];
    this.#notBefore = handling.clock.now();
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Milliseconds since the epoch; infinite when there is nothing to hand over. */
  get dueAt(): number {
    return this.isEmpty ? Number.POSITIVE_INFINITY : this.#notBefore;
  }

  add(item: Item): void {
    this.#notBefore = this.#handling.clock.now();
    this.#save([...this.#waiting, item]);
  }

  /** Never throws. What could not be handed over stays, and is due again after 30 s. */
  async handOver(): Promise<void> {
    const { clock, deliver, onFailure } = this.#handling;
    if (clock.now() < this.dueAt) return;
    for (const item of this.#waiting) {
      try {
        await deliver(item);
        this.#save(this.#waiting.filter((each) => each !== item));
      } catch (error) {
        this.#notBefore = clock.now() + RETRY_MS;
        onFailure(item, error);
      }
    }
  }

  #save(waiting: readonly Item[]): void {
    this.#waiting = waiting;
    if (this.isEmpty) this.#kv.delete(this.#handling.key);
    else this.#kv.put(this.#handling.key, waiting);
  }
}
