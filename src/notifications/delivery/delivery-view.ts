import { type DeliveryRecord, type Try, toExpiry } from "./delivery-record.ts";
import type { DeliveryState } from "./delivery-state.ts";

/** The states that are listed: one that is being sent waits for the outcome. */
export const LISTED_STATES = ["waiting", "failed", "delivered"] as const;
export type ListedState = (typeof LISTED_STATES)[number];

/** A delivery as an operator sees it, without the message body. Times are milliseconds since the epoch. */
export interface DeliverySummary {
  readonly id: string;
  readonly type: string;
  readonly state: DeliveryState["kind"];
  /** When the reported event happened. */
  readonly createdAt: number;
  readonly attempts: number;
  readonly lastFailure: string | null;
  /** Null when no attempt is planned. */
  readonly nextAttemptAt: number | null;
  /** When an operator has last had it sent again. */
  readonly resentAt: number | null;
}

/** The same, as the list of notifications is told. */
export interface ListedDelivery extends DeliverySummary {
  readonly state: ListedState;
  /** The list keeps the highest. */
  readonly revision: number;
  /** When the list forgets it; null before it has ended. */
  readonly expiresAt: number | null;
}

export interface DeliveryView extends DeliverySummary {
  readonly tries: readonly Try[];
}

function toSummary({ message, state, tries, resentAt }: DeliveryRecord): DeliverySummary {
  return {
    id: message.id,
    type: message.type,
    state: state.kind,
    createdAt: message.createdAt,
    attempts: state.attempts,
    lastFailure: tries.findLast(({ outcome }) => !/^2\d\d$/.test(outcome))?.outcome ?? null,
    nextAttemptAt: state.kind === "waiting" ? state.dueAt : null,
    resentAt,
  };
}

export function toListed(record: DeliveryRecord): ListedDelivery {
  const expiresAt = toExpiry(record.state);
  const { revision } = record;
  const summary = toSummary(record);
  const state = summary.state === "sending" ? "waiting" : summary.state;
  return { ...summary, state, revision, expiresAt: Number.isFinite(expiresAt) ? expiresAt : null };
}

export function toView(record: DeliveryRecord): DeliveryView {
  return { ...toSummary(record), tries: record.tries };
}
