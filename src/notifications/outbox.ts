/**
 * Notifications raised by a Durable Object. They are stored together with the change that raised them, and handed over
 * by the object's alarm, so that none is lost in between. The object must set its alarm for `dueAt` and call `handOver`
 * there.
 */
import type { Isolate } from "../context.ts";
import type { Notification } from "./notification.ts";
import { notify } from "./notify.ts";

const RETRY_MS = 30_000;

export class Outbox {
  readonly #kv: SyncKvStorage;
  readonly #isolate: Isolate;
  #waiting: readonly Notification[];
  #notBefore: number;

  constructor(kv: SyncKvStorage, isolate: Isolate) {
    this.#kv = kv;
    this.#isolate = isolate;
    this.#waiting = kv.get<readonly Notification[]>("outbox") ?? [];
    this.#notBefore = isolate.clock.now();
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Milliseconds since the epoch; infinite when there is nothing to hand over. */
  get dueAt(): number {
    return this.isEmpty ? Number.POSITIVE_INFINITY : this.#notBefore;
  }

  /** Stores nothing when `NOTIFY_URL` is not set. */
  add(notification: Notification): void {
    if (this.#isolate.config.notify === null) return;
    this.#notBefore = this.#isolate.clock.now();
    this.#save([...this.#waiting, notification]);
  }

  /** Never throws. What could not be handed over stays, and is due again after 30 s. */
  async handOver(): Promise<void> {
    const { clock, log } = this.#isolate;
    if (clock.now() < this.dueAt) return;
    for (const notification of this.#waiting) {
      try {
        await notify(this.#isolate, notification);
        this.#save(this.#waiting.filter((each) => each !== notification));
      } catch (error) {
        this.#notBefore = clock.now() + RETRY_MS;
        log("error", { message: "notification_not_taken", type: notification.type, error: String(error) });
      }
    }
  }

  #save(waiting: readonly Notification[]): void {
    this.#waiting = waiting;
    if (this.isEmpty) this.#kv.delete("outbox");
    else this.#kv.put("outbox", waiting);
  }
}
