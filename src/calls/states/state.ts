/** The states and events of a durable call, as plain data. `transitions.ts` has the transitions. */
import type { Failure } from "../../gen/failure.ts";
import type { Operation } from "../../gen/operation.ts";
import type { Deferral } from "./deferral.ts";
import type { QuietTimes } from "./waits.ts";

/** `keyed`: GEN takes an idempotency key, so a repeat is safe. `once`: never sent again once its outcome is unknown. */
export type Mode = "keyed" | "once";

export function toMode({ replay }: Operation): Mode {
  return replay === "unsafe" ? "once" : "keyed";
}

/** The terms of a call, fixed for its epoch. */
export interface CallTerms extends QuietTimes {
  readonly mode: Mode;
  /** The caller does not wait: the call continues without it, even when GEN is down for an hour. */
  readonly async: boolean;
}

/** What has happened in this epoch. Times are milliseconds since the Unix epoch. */
export interface Progress {
  /** Counts the calls under one key: a key whose call was not charged can be used again. */
  readonly epoch: number;
  readonly acceptedAt: number;
  readonly sends: number;
  readonly firstSentAt: number | null;
  readonly lastSentAt: number | null;
  /** When the first send with an unknown outcome went out. Since then GEN may remember the key. */
  readonly firstAmbiguousAt: number | null;
  /** The earliest time of the next send. */
  readonly notBefore: number;
  readonly cancelWanted: boolean;
  /** The latest failure, told to the caller when the call ends without an answer. */
  readonly failure: Failure | null;
  /** Complete answers with status 500 in this epoch: GEN may be replaying a stored one. */
  readonly wholeErrors: { readonly count: number; readonly firstAt: number } | null;
  /** Whether to search for evidence before the next send. */
  readonly reconcile: boolean;
  /** Searches in a row that failed, and when to search again. Absent in records of earlier versions. */
  readonly failedLooks?: number;
  readonly lookAt?: number;
}

/**
 * `deferred`: GEN requires something first, and then the same key. `quota`: the client may spend no more today.
 * `price`: it costs more than the client may spend on one call. `price-unknown`: GEN does not say what it costs.
 * `paused`: charges are paused, and its caller waits. `not-booked`: its budgets could not be asked.
 */
export type NotChargedReason = "refused" | "cancelled" | "deferred" | "not-sent" | Denied;

type Denied = "quota" | "price" | "price-unknown" | "paused" | "not-booked";

export type CallState =
  | ({ readonly kind: "accepted" | "reserved" | "sending" | "collecting" } & Progress)
  /** GEN has answered; `adopted`: the job was found though its answer was lost. */
  | {
      readonly kind: "settled";
      readonly epoch: number;
      readonly at: number;
      readonly adopted: boolean;
      readonly cancelWanted: boolean;
      /** When it was first sent; null or absent when not needed. */
      readonly sentAt?: number | null;
      /** GEN carried it out without naming what it started, and that was not found: an operator must look. */
      readonly untraced?: true;
    }
  /** Proven: nothing happened at GEN. */
  | {
      readonly kind: "not_charged";
      readonly epoch: number;
      readonly at: number;
      readonly failure: Failure | null;
      readonly why: NotChargedReason;
    }
  /** The outcome can't be found out any more: an operator must look. */
  | { readonly kind: "unknown"; readonly epoch: number; readonly at: number; readonly failure: Failure | null };

export type LiveState = Extract<CallState, Progress>;

export type CallEvent =
  | { readonly kind: "reserved" }
  /** Its client may not spend what it costs, or nobody may spend anything now. */
  | { readonly kind: "denied"; readonly at: number; readonly why: Denied }
  /** GEN could not be asked what it costs; `until`: when it is asked again. */
  | { readonly kind: "unpriced"; readonly at: number; readonly failure: Failure; readonly until: number }
  | { readonly kind: "sent"; readonly at: number }
  | { readonly kind: "answered"; readonly at: number }
  | ({ readonly kind: "deferred"; readonly at: number; readonly random: number } & Deferral)
  | { readonly kind: "failed"; readonly at: number; readonly failure: Failure; readonly random: number }
  /** The circuit, the throttle or a pause held a send back: nothing was sent. */
  | { readonly kind: "held"; readonly until: number }
  /** The machine died. The object's next instance notices it. */
  | { readonly kind: "crashed"; readonly at: number }
  | { readonly kind: "adopted"; readonly at: number }
  | { readonly kind: "not-found"; readonly at: number; readonly random: number }
  /** The search failed, which proves nothing. */
  | { readonly kind: "not-looked"; readonly at: number; readonly random: number }
  /** What a settled call has started could not be found. */
  | { readonly kind: "untraced" }
  | { readonly kind: "wait-over"; readonly at: number }
  | { readonly kind: "cancelled"; readonly at: number }
  | { readonly kind: "resolved"; readonly at: number; readonly charged: boolean };

export function isLive(state: CallState): state is LiveState {
  return (
    state.kind === "accepted" || state.kind === "reserved" || state.kind === "sending" || state.kind === "collecting"
  );
}

/** Whether an operator must look: the outcome, or what was started, is unknown. */
export function isForPerson(state: CallState): boolean {
  return state.kind === "unknown" || (state.kind === "settled" && state.untraced === true);
}
