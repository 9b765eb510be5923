/**
 * The operators' list of notifications: how each stands, from its first attempt until it is deleted. One object; each
 * delivery tells it by itself, until it is done. Lists are pages, and nothing is dropped before its time.
 */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../../context.ts";
import { withNextAlarm } from "../../objects/alarm.ts";
import type { DeliverySummary, ListedDelivery } from "../delivery/delivery-view.ts";
import { ListStore, type Position, type Selection } from "./list-store.ts";

/** Counts end here. */
const MAX_COUNTED = 1_000;
/** How often rows whose time is over are deleted. Nobody is shown them meanwhile. */
const CLEAN_MS = 24 * 3_600_000;
/** Of a row of the earlier version, which did not say when it had failed: 30 days after the last attempt can be. */
const EARLIER_KEPT_MS = 34 * 24 * 3_600_000;

const TAKEN_AT_ONCE = 1_000;

type EarlierEntry = Omit<DeliverySummary, "state" | "resentAt"> & { readonly state: "failed" };

export class NotificationList extends DurableObject<Env> {
  readonly #isolate: Isolate;
  readonly #store: ListStore;

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
    this.#store = new ListStore(ctx.storage.sql);
    this.#takeOver();
  }

  /** How these notifications stand. An entry that is older than what is known of it changes nothing. */
  async tell(deliveries: readonly ListedDelivery[]): Promise<void> {
    for (const delivery of deliveries) this.#store.put(delivery, this.#now());
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(this.#now() + CLEAN_MS);
  }

  /** Newest first, after `position`. */
  async page(selection: Selection, position: Position | null, limit: number): Promise<DeliverySummary[]> {
    return this.#store.page(selection, { position, limit, now: this.#now() });
  }

  /** Each ends at a thousand. */
  async count(): Promise<{ readonly waiting: number; readonly failed: number }> {
    const now = this.#now();
    return {
      waiting: this.#store.count("waiting", MAX_COUNTED, now),
      failed: this.#store.count("failed", MAX_COUNTED, now),
    };
  }

  /** The oldest that can be sent again: not those that were, after `resentBefore`. And how many there are in all. */
  async selectToResend(
    selection: Selection,
    { resentBefore, limit }: { resentBefore: number; limit: number },
  ): Promise<{ readonly ids: readonly string[]; readonly matched: number }> {
    return this.#store.selectToResend(selection, { resentBefore, limit, now: this.#now() });
  }

  /** These could not be reached now: others come first. */
  async postpone(ids: readonly string[]): Promise<void> {
    this.#store.postpone(ids, this.#now());
  }

  /** There are no such notifications any more. */
  async remove(ids: readonly string[]): Promise<void> {
    this.#store.remove(ids);
  }

  override async alarm(): Promise<void> {
    await withNextAlarm(this.ctx.storage, this.#now() + CLEAN_MS, async () => {
      this.#store.deleteExpired(this.#now());
      if (this.#store.isEmpty()) await this.ctx.storage.deleteAlarm();
    });
  }

  /** Moves the failed notifications that an earlier version, `FailedDeliveries`, has listed here by key and value. */
  #takeOver(): void {
    const { kv } = this.ctx.storage;
    for (;;) {
      const earlier = [...kv.list<EarlierEntry>({ limit: TAKEN_AT_ONCE })];
      for (const [key, delivery] of earlier) {
        const expiresAt = delivery.createdAt + EARLIER_KEPT_MS;
        this.#store.put({ ...delivery, resentAt: null, revision: 0, expiresAt }, this.#now());
        kv.delete(key);
      }
      if (earlier.length === 0) return;
      void this.ctx.storage.setAlarm(this.#now() + CLEAN_MS);
    }
  }

  #now(): number {
    return this.#isolate.clock.now();
  }
}
