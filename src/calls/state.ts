/**
 * The life of one durable call: a charged call, or one that must not happen twice. Pure: `apply` goes from a state
 * and an event to the next state; sending, storing and waiting are the object's business. docs/durable-calls.md has
 * the picture.
 *
 * Never said lightly: `free` means that nothing was charged. It is proven only when every send of this epoch was
 * turned away or refused. One send whose outcome is open makes the epoch ambiguous for good: a later refusal proves
 * nothing, because the first send may have spent the credits that the second one misses.
 */
import { type Failure, isRefused, isTurnedAway, toRetryAfterMs } from "../gen/failure.ts";
import { Backoff } from "../resilience/backoff.ts";
import type { Deferral } from "./outcome.ts";

/** `keyed`: GEN knows a key for it, a repeat is safe under it. `once`: never sent again once its outcome is open. */
export type Mode = "keyed" | "once";

/** What is asked for, fixed for the epoch. */
export interface Terms {
  readonly mode: Mode;
  /** The caller does not wait: the call goes on by itself, also when GEN is down for an hour. */
  readonly async: boolean;
  /** Quiet time after a send that GEN may still be at work on, in milliseconds. */
  readonly quietMs: number;
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
}

/**
 * `deferred`: GEN asked for something first, and wants the same key then. `quota`: the client may spend no more today.
 * `price`: it costs more than the client may spend on one call. `price-unknown`: GEN does not say what it costs.
 */
export type FreeReason = "refused" | "cancelled" | "deferred" | "not-sent" | Denied;

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
    }
  /** Proven: nothing happened. */
  | {
      readonly kind: "free";
      readonly epoch: number;
      readonly at: number;
      readonly failure: Failure | null;
      readonly why: FreeReason;
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
  | { readonly kind: "wait-over"; readonly at: number }
  | { readonly kind: "cancelled"; readonly at: number }
  | { readonly kind: "resolved"; readonly at: number; readonly charged: boolean };

const COLLECT_BASE_MS = 1_000;
const COLLECT_CAP_MS = 5 * 60_000;
/** GEN remembers a key for 24 hours from the first send: after 22 a repeat might be taken for a new call. */
const GIVE_UP_MS = 22 * 3_600_000;
/** Something on the way gave up waiting: GEN may still be at work. */
const GATEWAY_TIMEOUTS = new Set([408, 504, 524]);
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
  };
}

export function isLive(state: CallState): state is LiveState {
  return (
    state.kind === "accepted" || state.kind === "reserved" || state.kind === "sending" || state.kind === "collecting"
  );
}

/** The next state. An event that means nothing in a state leaves it as it is: news come late and twice. */
export function apply(state: CallState, event: CallEvent, terms: Terms): CallState {
  if (state.kind === "unknown" && event.kind === "resolved") return resolve(state, event);
  if (!isLive(state))
    return event.kind === "cancelled" && state.kind === "settled" ? { ...state, cancelWanted: true } : state;
  switch (event.kind) {
    case "reserved":
      return state.kind === "accepted" ? { ...state, kind: "reserved" } : state;
    case "denied":
      return state.kind === "accepted" ? free(state, event.at, event.why) : state;
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
      return { ...state, notBefore: Math.max(state.notBefore, event.until) };
    case "crashed":
      return crash(state, event.at, terms);
    case "adopted":
      return state.kind === "collecting" ? settle(state, event.at, true) : state;
    case "not-found":
      return state.kind === "collecting" ? keepLooking(state, event) : state;
    case "wait-over":
      return isUnsent(state) && !terms.async ? free(state, event.at, "not-sent") : state;
    case "cancelled":
      return isUnsent(state) ? free(state, event.at, "cancelled") : { ...state, cancelWanted: true };
    case "resolved":
      return state;
  }
}

/** Nothing that is out could have been carried out. */
function isUnsent(state: LiveState): boolean {
  return state.kind === "accepted" || state.kind === "reserved";
}

function waitForPrice(state: LiveState, { at, failure, until }: Extract<CallEvent, { kind: "unpriced" }>): CallState {
  const next = { ...state, failure, notBefore: until };
  return isRefused(failure) || until - state.acceptedAt >= GIVE_UP_MS ? free(next, at, "refused") : next;
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
  const next = { ...state, notBefore: at + Math.max(askedMs, toCollectWaitMs(state, random)) };
  const firstAmbiguousAt = state.firstAmbiguousAt ?? (why === "at-work" ? (state.lastSentAt ?? at) : null);
  if (firstAmbiguousAt !== null)
    return terms.mode === "once" ? giveUp(state, at) : { ...next, kind: "collecting", firstAmbiguousAt };
  if (state.cancelWanted) return free(state, at, "cancelled");
  const goesOn = why === "not-ready" && terms.async && next.notBefore - state.acceptedAt < GIVE_UP_MS;
  return goesOn ? { ...next, kind: "reserved" } : free(state, at, "deferred");
}

/** Between half of the step and the whole of it: 1 s doubling to 5 min. */
function toCollectWaitMs(state: LiveState, random: number): number {
  const { ceilingMs } = new Backoff(COLLECT_BASE_MS, COLLECT_CAP_MS, state.sends - 1);
  return ceilingMs * (0.5 + random / 2);
}

function fail(
  state: LiveState,
  { at, failure, random }: Extract<CallEvent, { kind: "failed" }>,
  terms: Terms,
): CallState {
  const ambiguous = state.firstAmbiguousAt !== null;
  const askedMs = toRetryAfterMs(failure) ?? 0;
  const next = { ...state, failure, notBefore: at + Math.max(askedMs, toCollectWaitMs(state, random)) };
  if (isTurnedAway(failure)) return turnAway(next, at, ambiguous);
  if (isRefused(failure))
    return ambiguous ? { ...next, kind: "collecting", reconcile: true } : free(next, at, "refused");
  return doubt(next, at, terms, countWholeErrors(state, failure, at));
}

function turnAway(state: LiveState, at: number, ambiguous: boolean): CallState {
  if (ambiguous) return { ...state, kind: "collecting" };
  if (state.cancelWanted) return free(state, at, "cancelled");
  return state.notBefore - state.acceptedAt >= GIVE_UP_MS ? free(state, at, "refused") : { ...state, kind: "reserved" };
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
    notBefore: Math.max(state.notBefore, isAtWork(state.failure) ? at + terms.quietMs : 0),
    wholeErrors,
    reconcile: state.reconcile || suspicious,
  };
}

/** Whether GEN may be at work on it still: our own timeout, somebody else's on the way, or a crash. */
function isAtWork(failure: Failure | null): boolean {
  if (failure === null || failure.kind === "timeout") return true;
  return failure.kind === "status" && GATEWAY_TIMEOUTS.has(failure.status);
}

function countWholeErrors(state: LiveState, failure: Failure, at: number): Progress["wholeErrors"] {
  if (failure.kind !== "status" || failure.status !== 500) return state.wholeErrors;
  return { count: (state.wholeErrors?.count ?? 0) + 1, firstAt: state.wholeErrors?.firstAt ?? at };
}

function crash(state: LiveState, at: number, terms: Terms): CallState {
  if (state.kind === "sending") return doubt({ ...state, failure: null }, at, terms, state.wholeErrors);
  return isUnsent(state) && !terms.async ? free(state, at, "not-sent") : state;
}

/** No evidence is no proof: it goes on, until GEN's memory of the key ends. */
function keepLooking(state: LiveState, { at, random }: { at: number; random: number }): CallState {
  if (isExpired(state, at)) return giveUp(state, at);
  const notBefore = Math.max(state.notBefore, at + toCollectWaitMs(state, random));
  return { ...state, reconcile: false, wholeErrors: null, notBefore };
}

function settle(state: LiveState, at: number, adopted: boolean): CallState {
  return { kind: "settled", epoch: state.epoch, at, adopted, cancelWanted: state.cancelWanted };
}

function giveUp(state: LiveState, at: number): CallState {
  return { kind: "unknown", epoch: state.epoch, at, failure: state.failure };
}

function free(state: LiveState, at: number, why: FreeReason): CallState {
  return { kind: "free", epoch: state.epoch, at, failure: state.failure, why };
}

function resolve(
  state: Extract<CallState, { kind: "unknown" }>,
  event: Extract<CallEvent, { kind: "resolved" }>,
): CallState {
  const { epoch } = state;
  return event.charged
    ? { kind: "settled", epoch, at: event.at, adopted: true, cancelWanted: false }
    : { kind: "free", epoch, at: event.at, failure: state.failure, why: "refused" };
}

/**
 * The epoch of a new intent under the same key. Who was told to wait or to pay first, and asks for the same, comes back
 * with GEN's key; another request under that key would be a conflict.
 */
export function toNextEpoch(state: CallState, isSameRequest: boolean): number {
  if (state.kind !== "free" || !isSameRequest) return state.epoch + 1;
  const mustPay = state.failure?.kind === "status" && state.failure.status === 402;
  return state.why === "deferred" || mustPay ? state.epoch : state.epoch + 1;
}

/** What the object is to do now. */
export type Duty = "none" | "reserve" | "send" | "reconcile";

export function selectDuty(state: CallState, now: number): Duty {
  if (!isLive(state) || state.kind === "sending" || now < selectDueAt(state)) return "none";
  if (state.kind === "accepted") return "reserve";
  return state.reconcile || isExpired(state, now) ? "reconcile" : "send";
}

/** When the next duty is due. No wait, not even one that GEN asked for, outlasts GEN's memory of the key. */
export function selectDueAt(state: LiveState): number {
  if (state.reconcile) return 0;
  return state.firstAmbiguousAt === null
    ? state.notBefore
    : Math.min(state.notBefore, state.firstAmbiguousAt + GIVE_UP_MS);
}

function isExpired({ firstAmbiguousAt }: LiveState, now: number): boolean {
  return firstAmbiguousAt !== null && now - firstAmbiguousAt >= GIVE_UP_MS;
}
