/**
 * One durable call per client and idempotency key. It is stored before it is sent, and this object sends and settles
 * it. When the caller's budget ends, the caller stops waiting but the work goes on.
 */
import { DurableObject } from "cloudflare:workers";
import type { CallRow } from "../activity/call-row.ts";
import type { ChargesKnowledge, Isolate } from "../context.ts";
import { withNextAlarm } from "../objects/alarm.ts";
import type { CallReport, CallView, Submission, Submitted } from "./call.ts";
import { CallStore } from "./call-store.ts";
import { carryOut, type FollowUpResult } from "./carry-out.ts";
import { findJob, toAnswer } from "./evidence/reconcile.ts";
import { KeptCall } from "./kept-call.ts";
import { reserve } from "./reserve.ts";
import { sendCall } from "./send-call.ts";
import { settle } from "./settle.ts";
import { Showing } from "./show.ts";
import { toAccepted } from "./states/accepted.ts";
import { decide } from "./states/decide.ts";
import { isOver, toFound, toLeft } from "./states/follow-ups.ts";
import { selectNextAction } from "./states/next-action.ts";
import { type FollowUp, selectAlarm, selectExpiry, selectFollowUp } from "./states/record.ts";
import { isForPerson, isLive } from "./states/state.ts";
import { addToStory } from "./states/story.ts";
import { tellFollowUp } from "./states/tell.ts";
import { toReport, toView } from "./states/view.ts";
import { toRow } from "./to-row.ts";

/** Delay after an unexpected error, and after an alarm whose work failed. */
const STUMBLE_MS = 30_000;
/** How long a cancelling caller waits to learn whether the running job was stopped. */
const STOP_WAIT_MS = 2_000;

export class DurableCall extends DurableObject<Env> {
  readonly #isolate: Isolate;
  readonly #store: CallStore;
  readonly #call: KeptCall;
  readonly #showing: Showing;
  #work: Promise<void> | null = null;
  #waiters = 0;

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
    this.#store = new CallStore(ctx.storage.kv);
    this.#call = new KeptCall({ isolate, store: this.#store, onChange: () => this.#setAlarm() });
    this.#showing = new Showing(this.#call);
    const { found } = this.#call;
    // A live call at construction means that the previous instance died while working on it.
    if (found && isLive(found.state)) {
      this.#call.apply({ kind: "crashed", at: this.#call.now });
      this.#setAlarm();
    }
  }

  /**
   * Accepts a call, or finds the one under its key, and waits for it, at most `waitMs`. `charges`: what its sender
   * knows of the switch, so that this object need not ask.
   */
  async submit(submission: Submission, waitMs: number, charges: ChargesKnowledge | null = null): Promise<Submitted> {
    if (charges !== null) this.#isolate.charges.learn(charges);
    const { found } = this.#call;
    const known = found && {
      state: found.state,
      fingerprint: found.submission.fingerprint,
      hasAnswer: this.#store.answer() !== null,
    };
    const decision = decide(known, submission);
    switch (decision) {
      case "new":
        this.#take(submission);
        break;
      case "join":
        this.#call.noteJoined(submission.requestId);
        if (submission.async) this.#goAsync();
        break;
      case "in-flight":
        this.#call.noteJoined(submission.requestId);
        return this.#toSubmitted({ kind: decision });
      case "expired":
      case "reused":
        return this.#toSubmitted({ kind: decision });
      case "unknown":
      case "replay":
        return this.#toSubmitted(this.#replay());
    }
    await this.#wait(this.#call.now + waitMs);
    const { record } = this.#call;
    return this.#toSubmitted(toView(record, this.#store.answer(), submission.async), record.attempts);
  }

  /** Null when there is no call under this id. */
  async report(): Promise<CallReport | null> {
    const { found } = this.#call;
    return found && toReport(found, this.#store.answer());
  }

  /** What lists of calls show of it; null when there is no call under this id. */
  async row(): Promise<CallRow | null> {
    const { found, now } = this.#call;
    return found && toRow(found, now);
  }

  /** Writes its row in the lists of calls, if it waits for something: an earlier version has not. */
  async show(): Promise<void> {
    const { found } = this.#call;
    if (found && (isLive(found.state) || isForPerson(found.state))) await this.#showing.show();
  }

  /** Cancels a call that was not sent. Otherwise stops its job once that is known, and waits for it a short time. */
  async cancel(): Promise<CallReport | null> {
    if (this.#call.found === null) return null;
    this.#call.apply({ kind: "cancelled", at: this.#call.now });
    const work = this.#start();
    if (!isLive(this.#call.record.state)) await Promise.race([work, this.#isolate.clock.sleep(STOP_WAIT_MS)]);
    return this.report();
  }

  /** An operator has found out whether it was charged. Null when there is nothing to resolve, or not any more. */
  async resolve(charged: boolean): Promise<CallReport | null> {
    const { found } = this.#call;
    if (found === null || !isForPerson(found.state)) return null;
    this.#call.apply({ kind: "resolved", at: this.#call.now, charged });
    this.#start();
    return this.report();
  }

  override async alarm(): Promise<void> {
    const { found, now } = this.#call;
    if (found === null) return;
    await withNextAlarm(this.ctx.storage, now + STUMBLE_MS, async () => {
      const expiry = selectExpiry(found, now);
      if (expiry === "drop-all") return this.#forget();
      if (expiry === "drop-answer") this.#store.dropAnswer();
      const work = this.#start();
      await Promise.all([work, this.#showing.showInTime(work)]);
      this.#setAlarm();
    });
  }

  #take(submission: Submission): void {
    const { body, ...rest } = submission;
    const { found, now } = this.#call;
    this.#store.saveBody(body);
    this.#store.dropAnswer();
    this.#call.save(toAccepted(rest, found, now));
    this.#start();
  }

  /** The caller no longer waits: from now on the call continues without it. */
  #goAsync(): void {
    const { record } = this.#call;
    this.#call.save({ ...record, submission: { ...record.submission, async: true } });
  }

  #replay(): CallView {
    const view = toView(this.#call.record, this.#store.answer());
    if (view.kind === "answered") return { ...view, replayed: true };
    return view.kind === "unknown" ? { ...view, repeated: true } : view;
  }

  #toSubmitted(view: CallView, attempts: Submitted["attempts"] = []): Submitted {
    const { price, left = {} } = this.#call.record;
    return { view, attempts, credits: { estimate: price, left } };
  }

  /** Does the work that is due. Concurrent callers share one run of it. */
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
      const { record, now } = this.#call;
      const action = selectNextAction(record.state, now);
      const followUp = selectFollowUp(record, now);
      if (action === "reserve") await reserve(this.#call);
      else if (action === "send") await sendCall(this.#call, (work) => this.ctx.waitUntil(work));
      else if (action === "reconcile") await this.#reconcile();
      else if (followUp === null || !(await this.#do(followUp))) return;
    }
  }

  /** After an unexpected error. A send in progress may have reached GEN; everything else is retried later. */
  #stumble(error: unknown): void {
    this.#call.logFailure(error);
    const { now, record } = this.#call;
    if (record.state.kind === "sending") this.#call.apply({ kind: "crashed", at: now });
    else this.#call.apply({ kind: "held", until: now + STUMBLE_MS });
  }

  async #reconcile(): Promise<void> {
    const { submission, state } = this.#call.record;
    const sentAt = isLive(state) ? state.firstSentAt : null;
    const search = { submission, body: this.#store.body(), sentAt: sentAt ?? this.#call.now };
    const found = await findJob(search, this.#isolate).catch((error) => {
      this.#call.logFailure(error);
      return { kind: "not-looked" } as const;
    });
    const at = this.#call.now;
    const random = this.#isolate.clock.random();
    if (found.kind === "not-looked") this.#call.apply({ kind: "not-looked", at, random });
    else if (found.kind === "none" || !settle(this.#call, { kind: "adopted", at }, toAnswer(found.job)))
      this.#call.apply({ kind: "not-found", at, random });
  }

  /** Carries out one follow-up. False when nothing else is due: it failed, and no new call was submitted meanwhile. */
  async #do(followUp: FollowUp): Promise<boolean> {
    const { settlements: reported, state: shown } = this.#call.record;
    const result = await this.#carryOut(followUp).catch((error): FollowUpResult => {
      this.#call.logFailure(error);
      return { kind: "later", askedMs: null };
    });
    this.#note(result);
    const { now } = this.#call;
    const isDone = isOver(followUp, result, this.#call.record, now);
    if (isDone && followUp === "look") {
      this.#store.saveBody(null);
      if (result.kind !== "found") this.#call.apply({ kind: "untraced" });
    }
    const { record } = this.#call;
    const story = addToStory(record.story ?? [], isDone ? tellFollowUp({ followUp, result }, record.state, now) : []);
    const left = { ...toLeft(record, { followUp, result, isDone, reported }, now), story };
    // What has changed while the row was written must be shown, too.
    const isOutdated = followUp === "show" && record.state !== shown;
    this.#call.save(isOutdated ? { ...left, followUps: record.followUps } : left);
    this.#call.changed.notify();
    return isDone || selectNextAction(this.#call.record.state, now) !== "none";
  }

  async #carryOut(followUp: FollowUp): Promise<FollowUpResult> {
    // Nobody waits for these, and their writes must not delay the answer of those who wait.
    if (followUp === "show" || followUp === "account") await this.#isolate.clock.yield();
    if (followUp !== "show")
      return carryOut(followUp, this.#call.record, { isolate: this.#isolate, body: this.#store.body() });
    await this.#showing.show();
    return { kind: "done" };
  }

  #note(result: FollowUpResult): void {
    const { record } = this.#call;
    if (result.kind === "stopped") this.#call.save({ ...record, stopped: result.all });
    else if (result.kind === "found") this.#call.save(toFound(record, result.job));
    else if (result.kind === "not-found") this.#call.save({ ...record, looks: (record.looks ?? 0) + 1 });
  }

  /** Waits until the call has ended and what it started is followed, at most until `endsAt`. */
  async #wait(endsAt: number): Promise<void> {
    this.#waiters += 1;
    try {
      for (;;) {
        const { record, now } = this.#call;
        const { state, followUps } = record;
        if (!isLive(state) && !followUps.includes("follow")) return;
        // Don't wait for a send that is due only after `endsAt`, if the caller can be told something now.
        const isLate = isLive(state) && state.kind !== "sending" && state.notBefore >= endsAt;
        const isHopeless = isLate && (state.kind !== "collecting" || this.#store.answer() !== null);
        if (endsAt <= now || isHopeless) return;
        await this.#call.changed.wait(endsAt - now, this.#isolate.clock);
      }
    } finally {
      this.#waiters -= 1;
      if (this.#waiters === 0) this.#call.apply({ kind: "wait-over", at: this.#call.now });
    }
  }

  #setAlarm(): void {
    const { found, now } = this.#call;
    if (found) void this.ctx.storage.setAlarm(selectAlarm(found, now));
  }

  async #forget(): Promise<void> {
    const { state, submission, shown } = this.#call.record;
    const { callId } = submission;
    if (shown && isForPerson(state))
      await this.#isolate.objects.ACTIVITY.getByName(shown.name).remove({ acceptedAt: shown.at, callId });
    this.#call.forget();
    await this.ctx.storage.deleteAll();
  }
}
