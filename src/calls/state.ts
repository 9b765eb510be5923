/**
 * The life of one durable call: a charged call, or one that must not happen twice. Pure: `apply` goes from a state
 * and an event to the next state; sending, storing and waiting are the object's business. docs/durable-calls.md has
 * the picture.
 *
 * Never said lightly: `not_charged` means that nothing was charged. It is proven only when every send of this epoch was
 * turned away or refused. One send whose outcome is open makes the epoch ambiguous for good: a later refusal proves
 * nothing, because the first send may have spent the credits that the second one misses.
 */
import { type Failure, isRefused, isTurnedAway, toRetryAfterMs } from "../gen/failure.ts";
import type { Deferral } from "./deferral.ts";
import { type QuietTimes, toQuietMs, toWaitMs } from "./waits.ts";

/** `keyed`: GEN knows a key for it, a repeat is safe under it. `once`: never sent again once its outcome is open. */
export type Mode = "keyed" | "once";

/** What is asked for, fixed for the epoch. */
export interface Terms extends QuietTimes {
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

/** GEN remembers a key for 24 hours from the first send: after 22 a repeat might be taken for a new call. */
const GIVE_UP_MS = 22 * 3_600_000;
/** Evidence that can't be read is asked for until GEN has forgotten the key. */
const LOOK_MS = 24 * 3_600_000;
const WHOLE_ERRORS = 3;
const WHOLE_ERRORS_MS = 60_000;

export function accept(epoch: number, at: number): CallState {
  return {
    kind: "accepted",
    epoch,
    acceptedAt: at,
    sends: 0,
    firstSentAt: null,
    lastSentAt: null,
    firstAmbiguousAt: null,
    notBefore: at,
    cancelWanted: false,
    failure: null,
    wholeErrors: null,
    reconcile: false,
    failedLooks: 0,
    lookAt: at,
  };
}

export function isLive(state: CallState): state is LiveState {
  return (
    state.kind === "accepted" || state.kind === "reserved" || state.kind === "sending" || state.kind === "collecting"
  );
}

/** The next state. An event that means nothing in a state leaves it as it is: news come late and twice. */
export function apply(state: CallState, event: CallEvent, terms: Terms): CallState {
  if (!isLive(state)) return applyToEnded(state, event);
  switch (event.kind) {
    case "reserved":
      return state.kind === "accepted" ? { ...state, kind: "reserved" } : state;
    case "denied":
      return state.kind === "accepted" ? toNotCharged(state, event.at, event.why) : state;
    case "unpriced":
      return state.kind === "accepted" ? waitForPrice(state, event) : state;
    case "sent":
      return send(state, event.at);
    case "answered":
      return state.kind === "sending" ? settle(state, event.at, false) : state;
    case "deferred":
      return state.kind === "sending" ? defer(state, event, terms) : state;
    case "failed":
      return state.kind === "sending" ? fail(state, event, terms) : state;
    case "held":
      return hold(state, event.until);
    case "crashed":
      return crash(state, event.at, terms);
    case "adopted":
      return state.kind === "collecting" ? settle(state, event.at, true) : state;
    case "not-found":
      return state.kind === "collecting" ? keepLooking(state, event) : state;
    case "not-looked":
      return state.kind === "collecting" ? lookAgain(state, event) : state;
    case "wait-over":
      return isUnsent(state) && !terms.async ? toNotCharged(state, event.at, "not-sent") : state;
    case "cancelled":
      return isUnsent(state) ? toNotCharged(state, event.at, "cancelled") : { ...state, cancelWanted: true };
    case "untraced":
    case "resolved":
      return state;
  }
}

function applyToEnded(state: Exclude<CallState, LiveState>, event: CallEvent): CallState {
  if (event.kind === "resolved" && isForPerson(state)) return resolve(state, event);
  if (state.kind !== "settled") return state;
  if (event.kind === "cancelled") return { ...state, cancelWanted: true };
  return event.kind === "untraced" ? { ...state, untraced: true } : state;
}

/** Whether a person must look: the outcome is not known, or what was started is not. */
export function isForPerson(state: CallState): boolean {
  return state.kind === "unknown" || (state.kind === "settled" && state.untraced === true);
}

/** Nothing that is out could have been carried out. */
function isUnsent(state: LiveState): boolean {
  return state.kind === "accepted" || state.kind === "reserved";
}

function hold(state: LiveState, until: number): LiveState {
  return { ...state, notBefore: Math.max(state.notBefore, until), lookAt: Math.max(state.lookAt ?? 0, until) };
}

function waitForPrice(state: LiveState, { at, failure, until }: Extract<CallEvent, { kind: "unpriced" }>): CallState {
  const next = { ...state, failure, notBefore: until };
  return isRefused(failure) || until - state.acceptedAt >= GIVE_UP_MS ? toNotCharged(next, at, "refused") : next;
}

function send(state: LiveState, at: number): CallState {
  if (state.kind !== "reserved" && state.kind !== "collecting") return state;
  return { ...state, kind: "sending", sends: state.sends + 1, firstSentAt: state.firstSentAt ?? at, lastSentAt: at };
}

/** What GEN may be at work on is asked for until it is there. Of the rest nothing has happened, if nothing was in doubt. */
function defer(
  state: LiveState,
  { at, random, why, askedMs }: Extract<CallEvent, { kind: "deferred" }>,
  terms: Terms,
): CallState {
  const next = { ...state, notBefore: at + Math.max(askedMs, toWaitMs(state.sends, random)) };
  const firstAmbiguousAt = state.firstAmbiguousAt ?? (why === "at-work" ? (state.lastSentAt ?? at) : null);
  if (firstAmbiguousAt !== null)
    return terms.mode === "once" ? giveUp(state, at) : { ...next, kind: "collecting", firstAmbiguousAt };
  if (state.cancelWanted) return toNotCharged(state, at, "cancelled");
  const goesOn = why === "not-ready" && terms.async && next.notBefore - state.acceptedAt < GIVE_UP_MS;
  return goesOn ? { ...next, kind: "reserved" } : toNotCharged(state, at, "deferred");
}

function fail(
  state: LiveState,
  { at, failure, random }: Extract<CallEvent, { kind: "failed" }>,
  terms: Terms,
): CallState {
  const ambiguous = state.firstAmbiguousAt !== null;
  const askedMs = toRetryAfterMs(failure) ?? 0;
  const next = { ...state, failure, notBefore: at + Math.max(askedMs, toWaitMs(state.sends, random)) };
  if (isTurnedAway(failure)) return turnAway(next, at, ambiguous);
  if (isRefused(failure))
    return ambiguous ? { ...next, kind: "collecting", reconcile: true } : toNotCharged(next, at, "refused");
  return doubt(next, at, terms, countWholeErrors(state, failure, at));
}

function turnAway(state: LiveState, at: number, ambiguous: boolean): CallState {
  if (ambiguous) return { ...state, kind: "collecting" };
  if (state.cancelWanted) return toNotCharged(state, at, "cancelled");
  return state.notBefore - state.acceptedAt >= GIVE_UP_MS
    ? toNotCharged(state, at, "refused")
    : { ...state, kind: "reserved" };
}

/** The outcome is open. */
function doubt(state: LiveState, at: number, terms: Terms, wholeErrors: Progress["wholeErrors"]): CallState {
  if (terms.mode === "once") return giveUp(state, at);
  const suspicious =
    wholeErrors !== null && wholeErrors.count >= WHOLE_ERRORS && at - wholeErrors.firstAt >= WHOLE_ERRORS_MS;
  return {
    ...state,
    kind: "collecting",
    firstAmbiguousAt: state.firstAmbiguousAt ?? state.lastSentAt ?? at,
    notBefore: Math.max(state.notBefore, at + toQuietMs(state.failure, terms)),
    wholeErrors,
    reconcile: state.reconcile || suspicious,
  };
}

function countWholeErrors(state: LiveState, failure: Failure, at: number): Progress["wholeErrors"] {
  if (failure.kind !== "status" || failure.status !== 500) return state.wholeErrors;
  return { count: (state.wholeErrors?.count ?? 0) + 1, firstAt: state.wholeErrors?.firstAt ?? at };
}

function crash(state: LiveState, at: number, terms: Terms): CallState {
  if (state.kind === "sending") return doubt({ ...state, failure: null }, at, terms, state.wholeErrors);
  return isUnsent(state) && !terms.async ? toNotCharged(state, at, "not-sent") : state;
}

/** No evidence is no proof: it goes on, until GEN's memory of the key ends. */
function keepLooking(state: LiveState, { at, random }: { at: number; random: number }): CallState {
  if (isExpired(state, at)) return giveUp(state, at);
  const notBefore = Math.max(state.notBefore, at + toWaitMs(state.sends, random));
  return { ...state, reconcile: false, wholeErrors: null, notBefore, failedLooks: 0, lookAt: at };
}

/** Not looked is not nothing: it is looked for again, soon. Meanwhile what is due is sent. */
function lookAgain(state: LiveState, { at, random }: { at: number; random: number }): CallState {
  if (state.firstAmbiguousAt !== null && at - state.firstAmbiguousAt >= LOOK_MS) return giveUp(state, at);
  const failedLooks = (state.failedLooks ?? 0) + 1;
  const lookAt = at + toWaitMs(failedLooks, random);
  const next = { ...state, failedLooks, lookAt };
  return isExpired(state, lookAt) ? { ...next, notBefore: Math.max(state.notBefore, lookAt) } : next;
}

function settle(state: LiveState, at: number, adopted: boolean): CallState {
  const { epoch, cancelWanted, firstSentAt: sentAt } = state;
  return { kind: "settled", epoch, at, adopted, cancelWanted, sentAt };
}

function giveUp(state: LiveState, at: number): CallState {
  return { kind: "unknown", epoch: state.epoch, at, failure: state.failure };
}

function toNotCharged(state: LiveState, at: number, why: NotChargedReason): CallState {
  return { kind: "not_charged", epoch: state.epoch, at, failure: state.failure, why };
}

function resolve(
  state: Exclude<CallState, LiveState>,
  { at, charged }: Extract<CallEvent, { kind: "resolved" }>,
): CallState {
  const { epoch } = state;
  if (!charged)
    return { kind: "not_charged", epoch, at, failure: "failure" in state ? state.failure : null, why: "refused" };
  return { kind: "settled", epoch, at, adopted: true, cancelWanted: false };
}

/**
 * The epoch of a new intent under the same key. Who was told to wait or to pay first, and asks for the same, comes back
 * with GEN's key; another request under that key would be a conflict.
 */
export function toNextEpoch(state: CallState, isSameRequest: boolean): number {
  if (state.kind !== "not_charged" || !isSameRequest) return state.epoch + 1;
  const mustPay = state.failure?.kind === "status" && state.failure.status === 402;
  return state.why === "deferred" || mustPay ? state.epoch : state.epoch + 1;
}

/** What the object is to do now. */
export type NextAction = "none" | "reserve" | "send" | "reconcile";

export function selectNextAction(state: CallState, now: number): NextAction {
  if (!isLive(state) || state.kind === "sending" || now < selectDueAt(state)) return "none";
  if (state.kind === "accepted") return "reserve";
  return now >= selectLookAt(state) ? "reconcile" : "send";
}

/** When the next duty is due. No wait, not even one that GEN asked for, outlasts GEN's memory of the key. */
export function selectDueAt(state: LiveState): number {
  const sendAt = isExpired(state, state.notBefore) ? Number.POSITIVE_INFINITY : state.notBefore;
  return Math.min(sendAt, selectLookAt(state));
}

/** When evidence is looked for: as soon as there is a reason, and at the end. */
function selectLookAt({ reconcile, lookAt = 0, firstAmbiguousAt }: LiveState): number {
  if (reconcile) return lookAt;
  return firstAmbiguousAt === null ? Number.POSITIVE_INFINITY : Math.max(lookAt, firstAmbiguousAt + GIVE_UP_MS);
}

function isExpired({ firstAmbiguousAt }: LiveState, now: number): boolean {
  return firstAmbiguousAt !== null && now - firstAmbiguousAt >= GIVE_UP_MS;
}
