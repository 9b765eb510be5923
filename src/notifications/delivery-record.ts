/** What a delivery's object keeps, when it must act next, and when it goes: docs/storage.md lists it. */
import type { DeliveryState } from "./delivery-state.ts";
import type { Message } from "./message.ts";

export interface Try {
  /** When it began. Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: string;
  readonly ms: number;
}

export interface DeliveryRecord {
  readonly message: Message;
  readonly state: DeliveryState;
  /** The last 20. */
  readonly tries: readonly Try[];
  /** What the list of failed ones does not know yet. Repeated until it does. */
  readonly followUp: "list" | "unlist" | null;
}

const KEEP_DELIVERED_MS = 3 * 24 * 3_600_000;
const KEEP_FAILED_MS = 30 * 24 * 3_600_000;
/** After a surprise, and while an attempt is out: longer than an attempt may take. */
export const WATCH_MS = 30_000;

export function selectAlarm({ state, followUp }: DeliveryRecord, now: number): number {
  if (state.kind === "waiting") return state.dueAt;
  if (state.kind === "sending" || followUp !== null) return now + WATCH_MS;
  return toExpiry(state);
}

/** When to act again after a surprise: what is due by then is not held up, what was due already waits a little. */
export function selectRetry(record: DeliveryRecord, now: number): number {
  const at = selectAlarm(record, now);
  return at > now ? Math.min(at, now + WATCH_MS) : now + WATCH_MS;
}

/** Whether it has been kept long enough. */
export function isExpired({ state }: DeliveryRecord, now: number): boolean {
  return (state.kind === "delivered" || state.kind === "failed") && now >= toExpiry(state);
}

function toExpiry(state: Extract<DeliveryState, { kind: "delivered" | "failed" }>): number {
  return state.at + (state.kind === "delivered" ? KEEP_DELIVERED_MS : KEEP_FAILED_MS);
}
