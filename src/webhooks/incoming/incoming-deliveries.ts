/**
 * The deliveries of the last three days: those that were taken, those that were refused, and whole those that fitted no
 * pipeline. One object. It is told of accepted and refused ones in batches (`delivery-log.ts`).
 */
import { DurableObject } from "cloudflare:workers";
import { withNextAlarm } from "../../objects/alarm.ts";
import type { Clock } from "../../resilience/clock.ts";
import type { Batch, DeliveryFilter, DeliveryRow, Redelivered, Rejected, RejectedFilter } from "./delivery.ts";
import { DeliveriesStore } from "./store.ts";

const PURGE_MS = 3_600_000;
const DAY_MS = 24 * PURGE_MS;

export class IncomingDeliveries extends DurableObject<Env> {
  readonly #clock: Clock;
  readonly #store = new DeliveriesStore(this.ctx.storage.sql);

  constructor(ctx: DurableObjectState, env: Env, { clock }: { readonly clock: Clock }) {
    super(ctx, env);
    this.#clock = clock;
  }

  /** A repeated batch counts its refused deliveries twice. */
  async note({ accepted, refused }: Batch): Promise<void> {
    for (const each of accepted) this.#store.accept(each);
    for (const group of refused) this.#store.refuse(group, () => crypto.randomUUID());
    await this.#expectPurge();
  }

  async reject(rejected: Rejected): Promise<void> {
    this.#store.reject(rejected);
    await this.#expectPurge();
  }

  async list(filter: DeliveryFilter): Promise<DeliveryRow[]> {
    return this.#store.list(filter);
  }

  async row(id: string): Promise<DeliveryRow | null> {
    return this.#store.row(id);
  }

  /** Null when its body is not kept. */
  async rejected(id: string): Promise<Rejected | null> {
    return this.#store.rejected(id);
  }

  async rejectedFor(pipeline: string, bytes: number): Promise<Rejected[]> {
    return this.#store.rejectedFor(pipeline, bytes);
  }

  async waiting(filter: RejectedFilter): Promise<ReturnType<DeliveriesStore["waiting"]>> {
    return this.#store.waiting(filter);
  }

  async settle(id: string, outcome: Redelivered): Promise<DeliveryRow | null> {
    this.#store.settle(id, outcome);
    return this.#store.row(id);
  }

  /** `refused`: in the last day. `rejected`: those that are kept. */
  async count(): Promise<{ refused: number; rejected: number }> {
    return this.#store.count(this.#clock.now() - DAY_MS);
  }

  override async alarm(): Promise<void> {
    await withNextAlarm(this.ctx.storage, this.#clock.now() + PURGE_MS, async () => {
      this.#store.purge(this.#clock.now());
      if (this.#store.isEmpty) await this.ctx.storage.deleteAlarm();
    });
  }

  async #expectPurge(): Promise<void> {
    const alarm = await this.ctx.storage.getAlarm();
    if (alarm === null) await this.ctx.storage.setAlarm(this.#clock.now() + PURGE_MS);
  }
}
