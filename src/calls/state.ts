/** What a durable call can be, and what can happen to it. Plain data; `transitions.ts` goes from one state to the next. */
import type { Failure } from "../gen/failure.ts";
import type { Operation } from "../gen/operation.ts";
import type { Deferral } from "./deferral.ts";
import type { QuietTimes } from "./waits.ts";

/** `keyed`: GEN knows a key for it, a repeat is safe under it. `once`: never sent again once its outcome is open. */
export type Mode = "keyed" | "once";

export function toMode({ replay }: Operation): Mode {
  return replay === "unsafe" ? "once" : "keyed";
}

/** What is asked for, fixed for the epoch. */
export interface CallTerms extends QuietTimes {
  readonly mode: Mode;
  /** The caller does not wait: the call goes on by itself, also when GEN is down for an hour. */
  readonly async: boolean;
}

/** What has happened in this epoch. Times are milliseconds since the epoch of Unix. */
export interface Progress {
  /** Counts the intents under one key: a freed key can be used again. */
  readonly epoch: number;
  readonly acceptedAt: number;
  readonly sends: number;
  readonly firstSentAt: number | null;
  readonly lastSentAt: number | null;
  /** When the first send whose outcome is open went out: from then on GEN may remember the key. */
  readonly firstAmbiguousAt: number | null;
  /** No send before this. */
  readonly notBefore: number;
  readonly cancelWanted: boolean;
  /** The latest failure, told to the caller when the call ends without an answer. */
  readonly failure: Failure | null;
  /** Whole answers with status 500 in this epoch, and when the first came: GEN may be replaying its own. */
  readonly wholeErrors: { readonly count: number; readonly firstAt: number } | null;
  /** Evidence is to be looked for before the next send. */
  readonly reconcile: boolean;
  /** Looks in a row that failed, and when it is looked for again. Absent in records of earlier versions. */
  readonly failedLooks?: number;
  readonly lookAt?: number;
}

/**
 * `deferred`: GEN asked for something first, and wants the same key then. `quota`: the client may spend no more today.
 * `price`: it costs more than the client may spend on one call. `price-unknown`: GEN does not say what it costs.
 */
export type NotChargedReason = "refused" | "cancelled" | "deferred" | "not-sent" | Denied;

type Denied = "quota" | "price" | "price-unknown";

export type CallState =
  | ({ readonly kind: "accepted" | "reserved" | "sending" | "collecting" } & Progress)
  /** GEN has answered; `adopted`: the job was found though its answer was lost. */
  | {
      readonly kind: "settled";
      readonly epoch: number;
      readonly at: number;
      readonly adopted: boolean;
      readonly cancelWanted: boolean;
      /** When its first send went out; null or absent where nobody needs it. */
      readonly sentAt?: number | null;
      /** GEN has done it and did not say what it has started, and that was not found: a person must look. */
      readonly untraced?: true;
    }
  /** Proven: nothing happened. */
  | {
      readonly kind: "not_charged";
      readonly epoch: number;
      readonly at: number;
      readonly failure: Failure | null;
      readonly why: NotChargedReason;
    }
  /** It can't be found out any more: a person must look. */
  | { readonly kind: "unknown"; readonly epoch: number; readonly at: number; readonly failure: Failure | null };

export type LiveState = Extract<CallState, Progress>;

export type CallEvent =
  | { readonly kind: "reserved" }
  /** Its client may not spend what it costs. */
  | { readonly kind: "denied"; readonly at: number; readonly why: Denied }
  /** GEN could not be asked what it costs; `until`: when it is asked again. */
  | { readonly kind: "unpriced"; readonly at: number; readonly failure: Failure; readonly until: number }
  | { readonly kind: "sent"; readonly at: number }
  | { readonly kind: "answered"; readonly at: number }
  | ({ readonly kind: "deferred"; readonly at: number; readonly random: number } & Deferral)
  | { readonly kind: "failed"; readonly at: number; readonly failure: Failure; readonly random: number }
  /** The circuit, the throttle or a pause held a send back: nothing went out. */
  | { readonly kind: "held"; readonly until: number }
  /** The machine died: this is seen by whoever comes next. */
  | { readonly kind: "crashed"; readonly at: number }
  | { readonly kind: "adopted"; readonly at: number }
  | { readonly kind: "not-found"; readonly at: number; readonly random: number }
  /** GEN did not let itself be asked: that says nothing. */
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

/** Whether a person must look: the outcome is not known, or what was started is not. */
export function isForPerson(state: CallState): boolean {
  return state.kind === "unknown" || (state.kind === "settled" && state.untraced === true);
}
