import type { DeliveryRecord, Try } from "./delivery-record.ts";
import type { DeliveryState } from "./delivery-state.ts";

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
}

export interface DeliveryView extends DeliverySummary {
  readonly tries: readonly Try[];
}

export function toSummary({ message, state, tries }: DeliveryRecord): DeliverySummary {
  return {
    id: message.id,
    type: message.type,
    state: state.kind,
    createdAt: message.createdAt,
    attempts: state.attempts,
    lastFailure: tries.findLast(({ outcome }) => !/^2\d\d$/.test(outcome))?.outcome ?? null,
    nextAttemptAt: state.kind === "waiting" ? state.dueAt : null,
  };
}

export function toView(record: DeliveryRecord): DeliveryView {
  return { ...toSummary(record), tries: record.tries };
}
