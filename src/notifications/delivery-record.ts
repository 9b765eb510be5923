/** The stored row of a delivery, when it must act next, and when it expires. See docs/storage.md. */
import type { DeliveryState } from "./delivery-state.ts";
import type { Message } from "./message.ts";

export interface Try {
  /** Its start. Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: string;
  readonly ms: number;
}

export interface DeliveryRecord {
  readonly message: Message;
  readonly state: DeliveryState;
  /** The last 20. */
  readonly tries: readonly Try[];
  /** The change that the list of failed deliveries has yet to receive. Repeated until it succeeds. */
  readonly followUp: "list" | "unlist" | null;
}

/** A row as it was stored, by this version or an earlier one, which called the follow-up `chore`. */
export function toDeliveryRecord(
  stored: DeliveryRecord & { readonly chore?: DeliveryRecord["followUp"] },
): DeliveryRecord {
  const { chore, ...record } = stored;
  return chore === undefined ? record : { ...record, followUp: chore };
}

const KEEP_DELIVERED_MS = 3 * 24 * 3_600_000;
const KEEP_FAILED_MS = 30 * 24 * 3_600_000;
/** Alarm delay during an attempt and after an unexpected error. Longer than an attempt may take. */
export const WATCH_MS = 30_000;

export function selectAlarm({ state, followUp }: DeliveryRecord, now: number): number {
  if (state.kind === "waiting") return state.dueAt;
  if (state.kind === "sending" || followUp !== null) return now + WATCH_MS;
  return toExpiry(state);
}

/**
 * When to act after an unexpected error: at most `WATCH_MS` from now, and no later than planned. What is already due
 * waits `WATCH_MS`.
 */
export function selectRetry(record: DeliveryRecord, now: number): number {
  const at = selectAlarm(record, now);
  return at > now ? Math.min(at, now + WATCH_MS) : now + WATCH_MS;
}

/** Whether its retention time is over. */
export function isExpired({ state }: DeliveryRecord, now: number): boolean {
  return (state.kind === "delivered" || state.kind === "failed") && now >= toExpiry(state);
}

function toExpiry(state: Extract<DeliveryState, { kind: "delivered" | "failed" }>): number {
  return state.at + (state.kind === "delivered" ? KEEP_DELIVERED_MS : KEEP_FAILED_MS);
}
