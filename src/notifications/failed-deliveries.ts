/** Lists the notifications that could not be delivered, until each is resent or expires. One object. */
import { DurableObject } from "cloudflare:workers";
import type { DeliverySummary } from "./delivery-view.ts";

const MAX_LISTED = 1_000;

export class FailedDeliveries extends DurableObject<Env> {
  async add(delivery: DeliverySummary): Promise<void> {
    this.ctx.storage.kv.put(toKey(delivery), delivery);
  }

  async remove(delivery: DeliverySummary): Promise<void> {
    this.ctx.storage.kv.delete(toKey(delivery));
  }

  /** Counts at most a thousand. */
  async count(): Promise<number> {
    return [...this.ctx.storage.kv.list({ limit: MAX_LISTED })].length;
  }

  /** Newest first, at most a thousand. */
  async list(): Promise<DeliverySummary[]> {
    const newestFirst = this.ctx.storage.kv.list<DeliverySummary>({ reverse: true, limit: MAX_LISTED });
    return [...newestFirst].map(([, delivery]) => delivery);
  }
}

/** Keys sort by time. */
function toKey({ createdAt, id }: DeliverySummary): string {
  return `${new Date(createdAt).toISOString()} ${id}`;
}
