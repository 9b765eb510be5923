/** A delivery that came in, as the list of deliveries keeps it. Times are milliseconds since the epoch. */

/** `rejected`: its signature was right, but it fits no pipeline that it is for. `refused`: all else that was not taken. */
export type Outcome = "accepted" | "refused" | "rejected";

/** Why a delivery was refused. A closed list: nothing that a stranger sends is kept. */
export type RefusedFor =
  | "unknown_source"
  | "no_secret"
  | "unsigned"
  | "malformed_signature"
  | "bad_signature"
  | "stale"
  | "future"
  | "body_too_large"
  | "body_cut"
  | "request_timeout"
  | "unreadable"
  | "identity_missing"
  | "not_taken_in_time";

export interface Refused {
  /** Null when there is no such source. */
  readonly source: string | null;
  readonly why: RefusedFor;
  readonly at: number;
  /** Of its body in bytes; null when that was not read to its end. */
  readonly size: number | null;
}

/** Refused deliveries of one source for one reason: how many, and the latest few. */
export interface RefusedGroup {
  readonly source: string | null;
  readonly why: RefusedFor;
  readonly count: number;
  readonly latest: readonly Refused[];
}

export interface Accepted {
  readonly id: string;
  readonly source: string;
  readonly deliveryId: string;
  readonly at: number;
  readonly size: number;
  readonly runs: readonly { readonly pipeline: string; readonly id: string }[];
}

/** What an isolate has gathered. */
export interface Batch {
  readonly accepted: readonly Accepted[];
  readonly refused: readonly RefusedGroup[];
}

/** Its id is that of the run that it would have started. */
export interface Rejected {
  readonly id: string;
  readonly source: string;
  readonly deliveryId: string;
  readonly eventType: string | null;
  readonly pipeline: string;
  readonly at: number;
  readonly issues: readonly string[];
  /** Unchanged. */
  readonly body: Uint8Array;
  /** What the scheme reads of its headers. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface DeliveryRow {
  readonly number: number;
  readonly id: string;
  readonly source: string | null;
  readonly deliveryId: string | null;
  readonly at: number;
  readonly outcome: Outcome;
  /** Of a rejected one: what did not fit. Of a refused one: its code. */
  readonly reasons: readonly string[];
  readonly size: number | null;
  readonly pipeline: string | null;
  readonly runs: Accepted["runs"];
}

/** A page of the list. Null: not asked for. */
export interface DeliveryFilter {
  /** The number of the last delivery of the page before. */
  readonly before: number | null;
  readonly limit: number;
  readonly outcome: Outcome | null;
  readonly source: string | null;
}

/** Rejected deliveries, oldest first. */
export interface RejectedFilter {
  readonly since: number;
  readonly source: string | null;
  readonly pipeline: string | null;
  /** The number of the last one that was seen. */
  readonly after: number;
  readonly limit: number;
}

/** What came of delivering one again. */
export type Redelivered =
  | { readonly kind: "accepted"; readonly run: string }
  | { readonly kind: "rejected"; readonly issues: readonly string[] };

export const KEEP_DELIVERIES_MS = 3 * 24 * 3_600_000;
