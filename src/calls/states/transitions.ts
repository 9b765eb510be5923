/**
 * The states of one durable call: a charged call, or one that must not happen twice. Pure: `apply` takes a state and an
 * event and returns the next state; sending, storing and waiting are left to the object. docs/durable-calls.md has a
 * diagram.
 *
 * `not_charged` is a promise that nothing was charged. It requires that every send of this epoch was turned away or
 * refused. One send with an unknown outcome makes the epoch ambiguous for good: a later refusal proves nothing, because
 * the first send may have spent the credits that the second one lacks.
 */
import { type Failure, isRefused, isTurnedAway, toRetryAfterMs } from "../../gen/failure.ts";
import { GIVE_UP_MS, isExpired } from "./next-action.ts";
import {
  type CallEvent,
  type CallState,
  type CallTerms,
  isForPerson,
  isLive,
  type LiveState,
  type NotChargedReason,
  type Progress,
} from "./state.ts";
import { toQuietMs, toWaitMs } from "./waits.ts";

/** Failed searches for evidence are repeated until GEN has forgotten the key. */
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

/** The next state. An event that does not apply to a state changes nothing, because events can be late or repeated. */
export function apply(state: CallState, event: CallEvent, terms: CallTerms): CallState {
  if (!isLive(state)) return applyToEnded(state, event);
  switch (event.kind) {
    case "reserved":
      return state.kind === "accepted" ? { ...state, kind: "reserved" } : state;
    case "denied":
      return isNotSentYet(state) ? toNotCharged(state, event.at, event.why) : state;
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
      return isNotSentYet(state) && !terms.async ? leaveUnsent(state, event.at) : state;
    case "cancelled":
      return isNotSentYet(state) ? toNotCharged(state, event.at, "cancelled") : { ...state, cancelWanted: true };
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

/** No send so far can have been carried out. */
function isNotSentYet(state: LiveState): boolean {
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

/** What GEN may be working on is requested until it is done. Otherwise this send has done nothing. */
function defer(
  state: LiveState,
  { at, random, why, askedMs }: Extract<CallEvent, { kind: "deferred" }>,
  terms: CallTerms,
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
  terms: CallTerms,
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

/** The outcome is unknown. */
function doubt(state: LiveState, at: number, terms: CallTerms, wholeErrors: Progress["wholeErrors"]): CallState {
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

function crash(state: LiveState, at: number, terms: CallTerms): CallState {
  if (state.kind === "sending") return doubt({ ...state, failure: null }, at, terms, state.wholeErrors);
  return isNotSentYet(state) && !terms.async ? toNotCharged(state, at, "not-sent") : state;
}

/** If nothing has failed and it was not held, what its caller has waited for is GEN's price. */
function leaveUnsent(state: LiveState, at: number): CallState {
  const isLate = state.failure === null && state.notBefore <= at;
  return toNotCharged(isLate ? { ...state, failure: { kind: "timeout" } } : state, at, "not-sent");
}

/** Finding no evidence proves nothing: the call goes on until GEN forgets the key. */
function keepLooking(state: LiveState, { at, random }: { at: number; random: number }): CallState {
  if (isExpired(state, at)) return giveUp(state, at);
  const notBefore = Math.max(state.notBefore, at + toWaitMs(state.sends, random));
  return { ...state, reconcile: false, wholeErrors: null, notBefore, failedLooks: 0, lookAt: at };
}

/** A failed search proves nothing: it is repeated soon. Sends that are due meanwhile are made. */
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
 * The epoch of a new call under the same key. When GEN asked to wait or to pay first, the same request keeps its epoch
 * and so its key at GEN. With another request GEN would report a conflict, so it gets a new one.
 */
export function toNextEpoch(state: CallState, isSameRequest: boolean): number {
  if (state.kind !== "not_charged" || !isSameRequest) return state.epoch + 1;
  const mustPay = state.failure?.kind === "status" && state.failure.status === 402;
  return state.why === "deferred" || mustPay ? state.epoch : state.epoch + 1;
}
