/** One send of a call: checks whether it may be sent now, sends it, and interprets the outcome. */
import { parseJsonBytes } from "../encoding/json.ts";
import { isRefusedKey } from "../gen/account.ts";
import { describeOutcome, type Outcome } from "../gen/attempt.ts";
import { checkKey } from "../gen/check-key.ts";
import { listKeys } from "../gen/config.ts";
import { KEY_REJECTION } from "../gen/failure.ts";
import { isSpending, type Operation } from "../gen/operation.ts";
import { findOperation } from "../gen/operations.ts";
import { holdsSecret } from "../observability/redact.ts";
import { admit, learn } from "./admission.ts";
import type { Answer, Submission } from "./call.ts";
import { toOpenCall } from "./evidence/reconcile.ts";
import type { KeptCall } from "./kept-call.ts";
import { sendOnce } from "./send-once.ts";
import { settle } from "./settle.ts";
import { parseDeferral } from "./states/deferral.ts";
import { type CallEvent, type CallState, isLive } from "./states/state.ts";

const MAX_ATTEMPTS_KEPT = 20;
/** After this time, a repeat that the retry throttle held back checks again. */
const THROTTLED_MS = 5_000;
/** After this time, it is sent even if the throttle refuses. */
const MAX_THROTTLED_MS = 5 * 60_000;
/** Delay while charges are paused. It applies to repeats, too: a repeat may be the send that is charged. */
const PAUSED_MS = 60_000;
/** Delay while it can't be found out whether they are. */
const UNCLEAR_MS = 5_000;

const HOLD_MS = { open: 0, paused: PAUSED_MS, unclear: UNCLEAR_MS } as const;

/** `waitUntil`: for work in the background. */
export async function sendCall(call: KeptCall, waitUntil: (work: Promise<unknown>) => void): Promise<void> {
  const { submission, state } = call.record;
  const { config, clock, gen } = call.isolate;
  const operation = findOperation(submission.operation);
  const account = gen.accounts.get(submission.account);
  if (!account || account.guard.isRejected(call.now)) {
    call.apply({ kind: "sent", at: call.now });
    return conclude(call, { kind: "failure", failure: KEY_REJECTION });
  }
  const charges = isSpending(operation) ? await call.isolate.charges.judge() : "open";
  // It may have been cancelled meanwhile.
  if (call.record.state !== state) return;
  // Its caller waits for an answer: that is it. What nobody waits for goes on when charges do.
  if (charges === "paused" && !submission.async) call.apply({ kind: "denied", at: call.now, why: "paused" });
  if (!isLive(call.record.state)) return;
  const holdMs = Math.max(selectThrottledMs(call, operation), HOLD_MS[charges]);
  const full = { ...submission, body: call.store.body() };
  if (!(await enterOpenCalls(call, full))) return;
  const permit = admit(call, operation, holdMs);
  if (permit === null) return;
  const sentAt = call.now;
  const { sends = isLive(state) ? state.sends : 0 } = call.record;
  call.apply({ kind: "sent", at: sentAt }, { sends: sends + 1 });
  const { timeoutMs } = config.calls;
  const outcome = await sendOnce(full, state.epoch, { config: config.gen, account, clock, timeoutMs });
  remember(call, outcome, call.now - sentAt);
  learn(call, operation, permit, outcome.kind === "failure" ? outcome.failure : null);
  conclude(call, outcome);
  const refused = { requestId: null, operation: operation.name };
  if (isRefusedKey(outcome)) waitUntil(checkKey(refused, { config: config.gen, account, clock }));
}

function selectThrottledMs({ isolate, now, record }: KeptCall, { host }: Operation): number {
  const mayRepeat = isolate.gen.health[host].allowsRetry(record.submission.clientId);
  return !mayRepeat && isFreshRepeat(record.state, now) ? THROTTLED_MS : 0;
}

/** Whether this is a repeat that the throttle may still hold back. */
function isFreshRepeat(state: CallState, now: number): boolean {
  return isLive(state) && state.lastSentAt !== null && now - state.lastSentAt < MAX_THROTTLED_MS;
}

/**
 * Before its first send, adds the call to the list of calls that may own an unclaimed job. Stores first that it does
 * so, so that the entry is removed whatever happens. False when the call was cancelled meanwhile and must not be sent.
 */
async function enterOpenCalls(call: KeptCall, submission: Submission): Promise<boolean> {
  const { entered, state } = call.record;
  if (entered === "held" || !isLive(state)) return true;
  const open = toOpenCall(submission, { epoch: state.epoch, since: state.firstSentAt ?? call.now });
  if (open === null) return true;
  call.save({ ...call.record, entered: "asked" });
  await call.isolate.objects.OPEN_CALLS.getByName(submission.agentId ?? "").enter(open);
  if (call.record.state !== state) return false;
  call.save({ ...call.record, entered: "held" });
  return true;
}

function remember(call: KeptCall, outcome: Outcome, ms: number): void {
  const attempt = { outcome: describeOutcome(outcome), ms, waited_ms: 0 };
  const attempts = [...call.record.attempts, attempt].slice(-MAX_ATTEMPTS_KEPT);
  call.save({ ...call.record, attempts });
}

function conclude(call: KeptCall, outcome: Outcome): void {
  const at = call.now;
  const random = call.isolate.clock.random();
  if (outcome.kind === "failure") {
    call.apply({ kind: "failed", at, failure: outcome.failure, random });
  } else if (outcome.kind === "whole-answer") {
    const { status, headers } = outcome.response;
    const answer: Answer = { status, contentType: clean(call, headers.get("content-type")), body: outcome.body };
    const deferral = parseDeferral(call.record.submission.operation, status, parseJsonBytes(outcome.body));
    if (deferral) defer(call, answer, { kind: "deferred", at, random, ...deferral });
    else if (!settle(call, { kind: "answered", at }, answer))
      call.apply({ kind: "failed", at, failure: { kind: "unreadable", status }, random });
  }
}

/** Null for a header that holds a key: it would be stored and given to callers. */
function clean({ isolate }: KeptCall, header: string | null): string | null {
  return header !== null && holdsSecret(header, listKeys(isolate.config.gen)) ? null : header;
}

/** Stores GEN's answer if the caller can do what it asks. A call with an unknown outcome can't be confirmed. */
function defer(call: KeptCall, answer: Answer, event: Extract<CallEvent, { kind: "deferred" }>): void {
  call.apply(event);
  const { state } = call.record;
  const canComeBack = state.kind === "collecting" && event.why !== "confirm";
  if (canComeBack || (state.kind === "not_charged" && state.why === "deferred")) call.store.saveAnswer(answer);
}
