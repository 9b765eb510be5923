/**
 * One durable call: one per client and idempotency key. It is written before it is sent, sent from here, settled
 * here; the caller's budget ends the caller's waiting, not the work. Few verbs, one row, one alarm.
 */

import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../context.ts";
import { parseJsonBytes } from "../encoding/json.ts";
import { isRefusedKey } from "../gen/account.ts";
import { describeOutcome, type Outcome } from "../gen/attempt.ts";
import { checkKey } from "../gen/check-key.ts";
import { listKeys } from "../gen/config.ts";
import { type Failure, isRetryable, KEY_REJECTION, toRetryAfterMs } from "../gen/failure.ts";
import type { Operation } from "../gen/operation.ts";
import { findOperation } from "../gen/operations.ts";
import { findMade } from "../generations/belongings.ts";
import { findStarted } from "../generations/tracked-job.ts";
import { toAccountName, toDay } from "../money/quota.ts";
import { holdsSecret } from "../observability/redact.ts";
import { ChangeSignal } from "../resilience/change-signal.ts";
import type { Permit } from "../resilience/host-health.ts";
import type { Answer, CallReport, Submission, Submitted } from "./call.ts";
import { CallStore } from "./call-store.ts";
import { carryOut, type FollowUpResult } from "./carry-out.ts";
import { decide } from "./decide.ts";
import { parseDeferral } from "./deferral.ts";
import { estimate } from "./estimate.ts";
import { isOver, toFound, toLeft, toNext } from "./follow-ups.ts";
import { canBeFound, findJob, toAnswer, toOpenCall } from "./reconcile.ts";
import { type CallRecord, type FollowUp, isUnsent, selectAlarm, selectExpiry, selectFollowUp } from "./record.ts";
import { sendCall } from "./send.ts";
import {
  accept,
  apply,
  type CallEvent,
  type CallState,
  isForPerson,
  isLive,
  selectNextAction,
  type Terms,
  toNextEpoch,
} from "./state.ts";
import { toReport, toView } from "./view.ts";

const MAX_ATTEMPTS_KEPT = 20;
const MIN_HOLD_MS = 100;
/** A repeat that the retry throttle holds back asks again after this, and goes out after that at the latest. */
const THROTTLED_MS = 5_000;
const MAX_THROTTLED_MS = 5 * 60_000;
/** While charges are paused, even a repeat might be what charges. */
const PAUSED_MS = 60_000;
const STUMBLE_MS = 30_000;
/** Who cancels waits so long to hear whether what runs was stopped. */
const STOP_WAIT_MS = 2_000;
const ESTIMATE = findOperation("user_jobs.estimate");
const ESTIMATE_AGAIN_MS = 4_000;

export class DurableCall extends DurableObject<Env> {
  readonly #isolate: Isolate;
  readonly #store = new CallStore(this.ctx.storage.kv);
  #record: CallRecord | null;
  #work: Promise<void> | null = null;
  #changed = new ChangeSignal();
  #waiters = 0;

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
    this.#record = this.#store.record();
    // An object that begins with a call in its hands comes after one that died with it.
    if (this.#record && isLive(this.#record.state)) {
      this.#apply({ kind: "crashed", at: this.#now() });
      this.#setAlarm();
    }
  }

  /** Takes a call, or finds the one under its key; then waits for it, at most `waitMs`. */
  async submit(submission: Submission, waitMs: number): Promise<Submitted> {
    const found = this.#record && {
      state: this.#record.state,
      fingerprint: this.#record.submission.fingerprint,
      hasAnswer: this.#store.answer() !== null,
    };
    const decision = decide(found, submission);
    switch (decision) {
      case "new":
        this.#take(submission);
        break;
      case "join":
        if (submission.async) this.#goAsync();
        break;
      case "in-flight":
      case "expired":
      case "reused":
        return { view: { kind: decision }, attempts: [] };
      case "unknown":
      case "replay":
        return { view: this.#replay(), attempts: [] };
    }
    await this.#wait(this.#now() + waitMs);
    const record = this.#demand();
    return { view: toView(record, this.#store.answer(), submission.async), attempts: record.attempts };
  }

  /** Null when nothing was ever called under this name. */
  async report(): Promise<CallReport | null> {
    return this.#record && toReport(this.#record, this.#store.answer());
  }

  /** Before it is sent, it is called off; afterwards what it started is stopped once it is known, here if that is soon. */
  async cancel(): Promise<CallReport | null> {
    if (this.#record === null) return null;
    this.#apply({ kind: "cancelled", at: this.#now() });
    const work = this.#start();
    if (!isLive(this.#demand().state)) await Promise.race([work, this.#isolate.clock.sleep(STOP_WAIT_MS)]);
    return this.report();
  }

  /** A person has looked: it was charged, or it was not. */
  async resolve(charged: boolean): Promise<CallReport | null> {
    if (this.#record === null) return null;
    this.#apply({ kind: "resolved", at: this.#now(), charged });
    this.#start();
    return this.report();
  }

  override async alarm(): Promise<void> {
    if (this.#record === null) return;
    // The next alarm first: whatever happens below, there is one.
    await this.ctx.storage.setAlarm(this.#now() + 30_000);
    const expiry = selectExpiry(this.#record, this.#now());
    if (expiry === "drop-all") return this.#forget();
    if (expiry === "drop-answer") this.#store.dropAnswer();
    await this.#start();
    this.#setAlarm();
  }

  #take(submission: Submission): void {
    const { body, ...rest } = submission;
    const now = this.#now();
    const isSame = this.#record?.submission.fingerprint === submission.fingerprint;
    const epoch = this.#record ? toNextEpoch(this.#record.state, isSame) : 0;
    const createdAt = this.#record?.createdAt ?? now;
    const followUps = this.#record?.followUps ?? [];
    this.#store.saveBody(body);
    this.#store.dropAnswer();
    const state = accept(epoch, now);
    const settlements = this.#record?.settlements ?? [];
    const sentBefore = this.#record !== null && !isUnsent(this.#record);
    const found = { jobs: [], made: [], looks: 0, stopped: null, entered: null };
    const fresh = { ...found, followUpFailures: 0, followUpsDueAt: null, attempts: [], price: null, quotaDay: null };
    this.#save({ ...fresh, submission: rest, state, followUps, settlements, createdAt, sentBefore });
    this.#start();
  }

  /** Somebody no longer waits for it: from now on it goes on by itself. */
  #goAsync(): void {
    const record = this.#demand();
    this.#save({ ...record, submission: { ...record.submission, async: true } });
  }

  #replay() {
    const view = toView(this.#demand(), this.#store.answer());
    if (view.kind === "answered") return { ...view, replayed: true };
    return view.kind === "unknown" ? { ...view, repeated: true } : view;
  }

  /** Does what is to be done now; one piece of work at a time, whoever asks. */
  #start(): Promise<void> {
    this.#work ??= this.#run()
      .catch((error) => this.#stumble(error))
      .finally(() => {
        this.#work = null;
        this.#setAlarm();
      });
    return this.#work;
  }

  async #run(): Promise<void> {
    for (;;) {
      const record = this.#demand();
      const action = selectNextAction(record.state, this.#now());
      const followUp = selectFollowUp(record, this.#now());
      if (action === "reserve") await this.#reserve();
      else if (action === "send") await this.#send();
      else if (action === "reconcile") await this.#reconcile();
      else if (followUp === null || !(await this.#do(followUp))) return;
    }
  }

  /** The day is written down before its account is asked: if the machine dies in between, the charge is given back. */
  async #reserve(): Promise<void> {
    const { submission, state } = this.#demand();
    const { callId, clientId, allowance, charges = 1 } = submission;
    const { maxCredits, creditsPerDay, chargesPerDay } = allowance;
    if ((maxCredits !== null || creditsPerDay !== null) && !(await this.#findPrice(state.epoch))) return;
    const { price } = this.#demand();
    if (price !== null && maxCredits !== null && price > maxCredits) return this.#deny("price");
    if (creditsPerDay === null && chargesPerDay === null) return this.#apply({ kind: "reserved" });
    const quotaDay = toDay(this.#now());
    this.#save({ ...this.#demand(), quotaDay });
    const account = this.#isolate.objects.ACCOUNTS.getByName(toAccountName(clientId, quotaDay));
    const charge = { callId, epoch: state.epoch, calls: charges, credits: price ?? 0 };
    const reserved = await account.reserve(charge, allowance);
    if (!this.#isAccepted(state.epoch)) return;
    if (!reserved) return this.#deny("quota");
    this.#apply({ kind: "reserved" });
  }

  /** Whether it is the same intent still: meanwhile that may have been called off, and another one come under its key. */
  #isAccepted(epoch: number): boolean {
    const { state } = this.#demand();
    return state.kind === "accepted" && state.epoch === epoch;
  }

  #deny(why: Extract<CallEvent, { kind: "denied" }>["why"]): void {
    this.#apply({ kind: "denied", at: this.#now(), why });
  }

  /** Asks GEN what the call costs, and writes it down. False when it does not go on now: no price, or not yet. */
  async #findPrice(epoch: number): Promise<boolean> {
    const permit = this.#begin(ESTIMATE);
    if (permit === null) return false;
    const { submission } = this.#demand();
    const found = await estimate({ ...submission, body: this.#store.body() }, this.#isolate);
    this.#learn(ESTIMATE, permit, found.kind === "failure" ? found.failure : null);
    if (!this.#isAccepted(epoch)) return false;
    if (found.kind === "failure") {
      const { failure } = found;
      const at = this.#now();
      const waitMs = ESTIMATE_AGAIN_MS * (0.5 + this.#isolate.clock.random() / 2);
      this.#apply({ kind: "unpriced", at, failure, until: at + Math.max(toRetryAfterMs(failure) ?? 0, waitMs) });
    } else if (found.kind === "unknown") this.#deny("price-unknown");
    else this.#save({ ...this.#demand(), price: found.credits });
    return found.kind === "known";
  }

  /** A surprise. What was being sent may have arrived; everything else is tried again, but not at once. */
  #stumble(error: unknown): void {
    this.#complain(error);
    const now = this.#now();
    if (this.#demand().state.kind === "sending") this.#apply({ kind: "crashed", at: now });
    else this.#apply({ kind: "held", until: now + STUMBLE_MS });
  }

  #complain(error: unknown): null {
    this.#isolate.log("error", { message: "call_failed", error: String(error) });
    return null;
  }

  async #send(): Promise<void> {
    const { submission, state } = this.#demand();
    const { config, clock, gen } = this.#isolate;
    const operation = findOperation(submission.operation);
    const mayRepeat = gen.health[operation.host].allowsRetry(submission.clientId);
    const startedAt = clock.now();
    const account = gen.accounts.get(submission.account);
    if (!account || account.guard.isRejected(startedAt)) {
      this.#apply({ kind: "sent", at: startedAt });
      return this.#conclude({ kind: "failure", failure: KEY_REJECTION });
    }
    const throttledMs = !mayRepeat && isFreshRepeat(state, startedAt) ? THROTTLED_MS : 0;
    const pausedMs = operation.charged && config.chargesPaused ? PAUSED_MS : 0;
    const full = { ...submission, body: this.#store.body() };
    if (!(await this.#enter(full, state))) return;
    const permit = this.#begin(operation, Math.max(throttledMs, pausedMs));
    if (permit === null) return;
    const sentAt = clock.now();
    this.#apply({ kind: "sent", at: sentAt });
    const { timeoutMs } = config.calls;
    const outcome = await sendCall(full, state.epoch, { config: config.gen, account, clock, timeoutMs });
    this.#remember(outcome, clock.now() - sentAt);
    this.#learn(operation, permit, outcome.kind === "failure" ? outcome.failure : null);
    this.#conclude(outcome);
    const refused = { requestId: null, operation: operation.name };
    if (isRefusedKey(outcome)) this.ctx.waitUntil(checkKey(refused, { config: config.gen, account, clock }));
  }

  /**
   * Before its first send: from then on a job whose owner is not known may be this call's. It is written down before, so
   * that it leaves again whatever happens. False when the call is not to be sent any more: it was called off meanwhile.
   */
  async #enter(submission: Submission, state: CallState): Promise<boolean> {
    if (this.#demand().entered === "held" || !isLive(state)) return true;
    const open = toOpenCall(submission, { epoch: state.epoch, since: state.firstSentAt ?? this.#now() });
    if (open === null) return true;
    this.#save({ ...this.#demand(), entered: "asked" });
    await this.#isolate.objects.OPEN_CALLS.getByName(submission.agentId ?? "").enter(open);
    if (this.#demand().state !== state) return false;
    this.#save({ ...this.#demand(), entered: "held" });
    return true;
  }

  /** Leave to ask GEN once. Null, and the call is held, while the circuit is open, a pause lasts, or for `holdMs`. */
  #begin({ host, scope }: Operation, holdMs = 0): Permit | null {
    const now = this.#now();
    const health = this.#isolate.gen.health[host];
    const { clientId } = this.#demand().submission;
    const heldMs = Math.max(health.openForMs(now, clientId), health.pauses.remaining(scope, now), holdMs);
    const permit = heldMs > 0 ? null : health.begin(now, clientId);
    if (permit === null) this.#apply({ kind: "held", until: now + Math.max(heldMs, MIN_HOLD_MS) });
    return permit;
  }

  /** What asking has shown of GEN: whether it is well, and for how long it wants to be left alone. */
  #learn({ host, scope }: Operation, permit: Permit, failure: Failure | null): void {
    const now = this.#now();
    const health = this.#isolate.gen.health[host];
    health.record(permit, failure !== null && isRetryable(failure), now);
    const askedMs = toRetryAfterMs(failure);
    if (askedMs !== null) health.pauses.pause(scope, askedMs, now);
  }

  #conclude(outcome: Outcome): void {
    const at = this.#now();
    const random = this.#isolate.clock.random();
    if (outcome.kind === "failure") {
      this.#apply({ kind: "failed", at, failure: outcome.failure, random });
    } else if (outcome.kind === "whole-answer") {
      const { status, headers } = outcome.response;
      const answer: Answer = { status, contentType: this.#clean(headers.get("content-type")), body: outcome.body };
      const content = parseJsonBytes(outcome.body);
      const deferral = parseDeferral(this.#demand().submission.operation, status, content);
      if (deferral) this.#defer(answer, { kind: "deferred", at, random, ...deferral });
      else if (!this.#settle({ kind: "answered", at }, answer))
        this.#apply({ kind: "failed", at, failure: { kind: "unreadable", status }, random });
    }
  }

  /** Null for what holds a key: it would be kept, and told. */
  #clean(header: string | null): string | null {
    return header !== null && holdsSecret(header, listKeys(this.#isolate.config.gen)) ? null : header;
  }

  /** GEN's words are kept for whoever waits, if they can do as it asks: a call in doubt takes no confirmation. */
  #defer(answer: Answer, event: Extract<CallEvent, { kind: "deferred" }>): void {
    this.#apply(event);
    const { state } = this.#demand();
    const canComeBack = state.kind === "collecting" && event.why !== "confirm";
    if (canComeBack || (state.kind === "not_charged" && state.why === "deferred")) this.#store.saveAnswer(answer);
  }

  async #reconcile(): Promise<void> {
    const { submission, state } = this.#demand();
    const sentAt = isLive(state) ? state.firstSentAt : null;
    const search = { submission, body: this.#store.body(), sentAt: sentAt ?? this.#now() };
    const found = await findJob(search, this.#isolate).catch((error) => {
      this.#complain(error);
      return { kind: "not-looked" } as const;
    });
    const at = this.#now();
    const random = this.#isolate.clock.random();
    if (found.kind === "not-looked") this.#apply({ kind: "not-looked", at, random });
    else if (found.kind === "none" || !this.#settle({ kind: "adopted", at }, toAnswer(found.job)))
      this.#apply({ kind: "not-found", at, random });
  }

  /** False when the answer does not hold what GEN's would, and can be asked for again. */
  #settle(event: CallEvent, answer: Answer): boolean {
    const record = this.#demand();
    const { submission } = record;
    const asked = { ...submission, body: this.#store.body() };
    const content = parseJsonBytes(answer.body);
    const started = findStarted(asked, content);
    if (started === null && submission.mode === "keyed") return false;
    this.#store.saveAnswer(answer);
    const isSought = started === null && canBeFound(asked);
    const followUps: readonly FollowUp[] = isSought ? [...record.followUps, "look"] : record.followUps;
    this.#record = { ...record, jobs: started ?? [], made: findMade(asked, content), followUps };
    this.#apply(event);
    if (started === null && !isSought) this.#apply({ kind: "untraced" });
    return true;
  }

  /** One followUp; false when that leaves nothing to be done now: it failed, and no call came in meanwhile. */
  async #do(followUp: FollowUp): Promise<boolean> {
    const { settlements: told } = this.#demand();
    const tools = { isolate: this.#isolate, body: this.#store.body(), now: this.#now() };
    const result = await carryOut(followUp, this.#demand(), tools).catch((error): FollowUpResult => {
      this.#complain(error);
      return { kind: "later", askedMs: null };
    });
    this.#hear(result);
    const now = this.#now();
    const isDone = isOver(followUp, result, this.#demand(), now);
    if (isDone && followUp === "look") {
      this.#store.saveBody(null);
      if (result.kind !== "found") this.#apply({ kind: "untraced" });
    }
    this.#save(toLeft(this.#demand(), { followUp, result, isDone, told }, now));
    this.#changed.notify();
    return isDone || selectNextAction(this.#demand().state, now) !== "none";
  }

  #hear(result: FollowUpResult): void {
    const record = this.#demand();
    if (result.kind === "stopped") this.#save({ ...record, stopped: result.all });
    else if (result.kind === "found") this.#save(toFound(record, result.job));
    else if (result.kind === "not-found") this.#save({ ...record, looks: (record.looks ?? 0) + 1 });
  }

  /** The next state, what follows from it, and the alarm: written together. */
  #apply(event: CallEvent): void {
    const record = this.#demand();
    const state = apply(record.state, event, this.#terms(record));
    if (state === record.state) return;
    if (state.kind === "unknown") this.#store.dropAnswer();
    this.#save(toNext(record, state, this.#isolate.config.notify !== null));
    if (!isLive(state)) this.#end();
    this.#changed.notify();
  }

  /** What was only for sending goes: the request's headers, and its body once nothing is looked for by it. */
  #end(): void {
    const record = this.#demand();
    if (!record.followUps.includes("look")) this.#store.saveBody(null);
    this.#save({ ...record, submission: { ...record.submission, headers: {} } });
    this.#log(record.state);
  }

  #terms({ submission }: CallRecord): Terms {
    const { quietMs, lostQuietMs } = this.#isolate.config.calls;
    return { mode: submission.mode, async: submission.async, quietMs, lostQuietMs };
  }

  /** Until the call has ended and what it started is followed, or until the wait is over. */
  async #wait(endsAt: number): Promise<void> {
    this.#waiters += 1;
    try {
      for (;;) {
        const { state, followUps } = this.#demand();
        if (!isLive(state) && !followUps.includes("follow")) return;
        const remainingMs = endsAt - this.#now();
        // A send that is not due before the wait is over is no reason to wait, if there is something to say.
        const isLate = isLive(state) && state.kind !== "sending" && state.notBefore >= endsAt;
        const hopeless = isLate && (state.kind !== "collecting" || this.#store.answer() !== null);
        if (remainingMs <= 0 || hopeless) return;
        await this.#changed.wait(remainingMs, this.#isolate.clock);
      }
    } finally {
      this.#waiters -= 1;
      if (this.#waiters === 0) this.#apply({ kind: "wait-over", at: this.#now() });
    }
  }

  #remember(outcome: Outcome, ms: number): void {
    const record = this.#demand();
    const attempt = { outcome: describeOutcome(outcome), ms, waited_ms: 0 };
    this.#save({ ...record, attempts: [...record.attempts, attempt].slice(-MAX_ATTEMPTS_KEPT) });
  }

  #log(state: CallState): void {
    const { submission, attempts } = this.#demand();
    this.#isolate.log(isForPerson(state) ? "error" : "info", {
      message: "call",
      call_id: submission.callId,
      client_id: submission.clientId,
      operation: submission.operation,
      state: state.kind,
      ...(state.kind === "settled" && state.untraced ? { untraced: true } : {}),
      attempts,
    });
  }

  #save(record: CallRecord): void {
    this.#record = record;
    this.#store.save(record);
    this.#setAlarm();
  }

  #setAlarm(): void {
    if (this.#record) void this.ctx.storage.setAlarm(selectAlarm(this.#record, this.#now()));
  }

  async #forget(): Promise<void> {
    const { state, submission } = this.#demand();
    if (isForPerson(state)) await this.#isolate.objects.UNKNOWN_CALLS.getByName("all").remove(submission.callId);
    this.#record = null;
    await this.ctx.storage.deleteAll();
  }

  #demand(): CallRecord {
    if (this.#record === null) throw new Error("No call is kept here.");
    return this.#record;
  }

  #now(): number {
    return this.#isolate.clock.now();
  }
}

/** A repeat, and its last send not so long ago that it must go out whatever the throttle says. */
function isFreshRepeat(state: CallState, now: number): boolean {
  return isLive(state) && state.lastSentAt !== null && now - state.lastSentAt < MAX_THROTTLED_MS;
}
