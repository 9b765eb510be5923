/** The stored row of a delivery, when it must act next, and when it expires. See docs/storage.md. */
import type { Message } from "../message.ts";
import type { DeliveryState } from "./delivery-state.ts";

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
  /** Grows with each change, so that the list of notifications keeps the latest whatever order it is told in. */
  readonly revision: number;
  /** When an operator has last had it sent again; null: never. */
  readonly resentAt: number | null;
  /** `list`: the list of notifications has yet to be told how it stands. Repeated until it succeeds. */
  readonly followUp: "list" | null;
}

interface EarlierRecord extends Pick<DeliveryRecord, "message" | "state" | "tries"> {
  readonly revision?: number;
  readonly resentAt?: number | null;
  readonly followUp?: "list" | "unlist" | null;
  /** An earlier name of `followUp`. */
  readonly chore?: "list" | "unlist" | null;
}

/** A row as it was stored, by this version or an earlier one. */
export function toDeliveryRecord(stored: DeliveryRecord | EarlierRecord): DeliveryRecord {
  const { chore, followUp = chore ?? null, ...record }: EarlierRecord = stored;
  return { revision: 0, resentAt: null, ...record, followUp: followUp && "list" };
}

const KEEP_DELIVERED_MS = 3 * 24 * 3_600_000;
const KEEP_FAILED_MS = 30 * 24 * 3_600_000;
/** Alarm delay during an attempt and after an unexpected error. Longer than an attempt may take. */
export const WATCH_MS = 30_000;

export function selectAlarm({ state, followUp }: DeliveryRecord, now: number): number {
  if (state.kind === "waiting") return followUp === null ? state.dueAt : Math.min(state.dueAt, now + WATCH_MS);
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

/** When it is deleted. Infinite before it has ended. */
export function toExpiry(state: DeliveryState): number {
  if (state.kind === "delivered") return state.at + KEEP_DELIVERED_MS;
  return state.kind === "failed" ? state.at + KEEP_FAILED_MS : Number.POSITIVE_INFINITY;
}
