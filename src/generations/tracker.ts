/**
 * Tracks one generation, user job or run until it ends, with one poller for any number of watchers. One object per job.
 * A job that GEN accepted is found again here, whatever was lost. For resources without an end (posts, conversations) it stores only the owners.
 */
import { DurableObject } from "cloudflare:workers";
import type { Traffic } from "../activity/traffic.ts";
import type { Isolate } from "../context.ts";
import { toRetryAfterMs } from "../gen/failure.ts";
import { NotificationOutbox } from "../notifications/outbox.ts";
import { withNextAlarm } from "../objects/alarm.ts";
import { ChangeSignal } from "../resilience/change-signal.ts";
import { poll } from "./poll.ts";
import { logEnd, toSettled, toStoppedUnseen } from "./settled.ts";
import { Settlements } from "./settlements.ts";
import {
  addListener,
  apply,
  type Beginning,
  begin,
  type Listener,
  type Tracked,
  type TrackerEvent,
  toTracked,
} from "./state.ts";
import { type Stopped, stopAtGen, toStopped } from "./stop-at-gen.ts";
import { isStoppable } from "./tracked-job.ts";
import { type TrackedView, toView } from "./tracked-view.ts";
import { wakeRun } from "./wake-run.ts";
import { Watchers } from "./watchers.ts";

/** Time between two attempts to tell a run that the job has ended. */
const WAKE_AGAIN_MS = 10_000;
/** Delay after an alarm whose work failed. */
const STUMBLE_MS = 30_000;
const KEEP_MS = 7 * 24 * 3_600_000;
/** How long owners are kept after the last use: posts are published, and conversations continued, weeks later. */
const KEEP_OWNED_MS = 90 * 24 * 3_600_000;

interface TrackerIsolate extends Isolate {
  readonly traffic: Traffic;
}

export class GenerationTracker extends DurableObject<Env> {
  readonly #isolate: TrackerIsolate;
  readonly #watchers: Watchers;
  readonly #outbox: NotificationOutbox;
  /** How the job has ended, for the ledger. */
  readonly #settlements: Settlements;
  #tracked: Tracked | null;
  #polling: Promise<void> | null = null;
  #changed = new ChangeSignal();

  constructor(ctx: DurableObjectState, env: Env, isolate: TrackerIsolate) {
    super(ctx, env);
    this.#isolate = isolate;
    this.#watchers = new Watchers(isolate.clock);
    this.#outbox = new NotificationOutbox(ctx.storage.kv, isolate);
    this.#settlements = new Settlements(ctx.storage.kv, isolate);
    const stored = ctx.storage.kv.get<Tracked>("tracked");
    this.#tracked = stored ? toTracked(stored) : null;
  }

  async begin(beginning: Beginning): Promise<void> {
    const { clientId, callId, requestId = null, reopens, listener, charge = null } = beginning;
    const at = this.#isolate.clock.now();
    const before = this.#tracked?.phase;
    if (this.#tracked === null) this.#save(begin({ ...beginning, at }));
    else {
      const owners = [...new Set([...this.#tracked.owners, clientId])];
      const listeners = addListener(this.#tracked.listeners, listener);
      const known = { ...this.#tracked, owners, listeners };
      const runId = listener?.run ?? null;
      if (reopens) this.#reopen(known, { kind: "continued", at, callId, requestId, runId, charge });
      else this.#adoptCharge(known, beginning);
    }
    if (before !== "running" && this.#tracked?.phase === "running") this.#count("begun");
    await this.#wakeListeners();
  }

  /** The durable call that started the job; null when it is not tracked. */
  async claimant(): Promise<string | null> {
    return this.#tracked?.callId ?? null;
  }

  /**
   * Assigns the job to the first call that claims it: a call whose answer was lost. False when it belongs to another
   * call.
   */
  async claim(beginning: Beginning): Promise<boolean> {
    if (this.#tracked === null) await this.begin(beginning);
    return this.#tracked?.callId === beginning.callId;
  }

  /** Records an owner of a resource that has no end to track: a post, a conversation. */
  async own(clientId: string): Promise<void> {
    this.ctx.storage.kv.put("owners", [...new Set([...this.#owners, clientId])]);
    await this.ctx.storage.setAlarm(this.#isolate.clock.now() + KEEP_OWNED_MS);
  }

  async isOwnedBy(clientId: string): Promise<boolean> {
    if (this.#tracked !== null) return this.#tracked.owners.includes(clientId);
    if (!this.#owners.includes(clientId)) return false;
    await this.ctx.storage.setAlarm(this.#isolate.clock.now() + KEEP_OWNED_MS);
    return true;
  }

  async view(): Promise<TrackedView | null> {
    return this.#tracked && toView(this.#tracked, this.#isolate.clock.now());
  }

  /** Waits for the job to end, at most `waitMs`. */
  async settled(waitMs: number): Promise<TrackedView | null> {
    const { clock } = this.#isolate;
    const endsAt = clock.now() + waitMs;
    while (this.#tracked?.phase === "running" && clock.now() < endsAt) {
      await this.#changed.wait(endsAt - clock.now(), clock);
    }
    return this.view();
  }

  /**
   * A hint that the job has changed. It is not trusted, only makes GEN be polled. False when the job is not tracked.
   */
  async hint(): Promise<boolean> {
    if (this.#tracked === null) return false;
    this.#take({ kind: "hinted", at: this.#isolate.clock.now() });
    return true;
  }

  /**
   * Stops at GEN the job that this call started or continued. A job that has ended is left alone, and so is one
   * that another call has paid for since.
   */
  async stop(callId: string): Promise<Stopped> {
    const tracked = this.#tracked;
    if (tracked === null || tracked.callId !== callId) return { kind: "not-stopped", why: "another-call" };
    if (!isStoppable(tracked.job)) return { kind: "not-stopped", why: "unstoppable" };
    if (tracked.phase !== "running") return toStopped(tracked);
    const outcome = await stopAtGen(tracked, this.#isolate);
    if (outcome.kind === "failure") return { kind: "turned-away", askedMs: toRetryAfterMs(outcome.failure) };
    if (outcome.kind === "whole-answer" && outcome.response.ok) {
      await this.hint();
      return { kind: "stopped" };
    }
    // Either it had already ended, or GEN did not stop it: ask GEN which.
    await this.#poll();
    return this.#tracked?.phase === "running" ? { kind: "turned-away", askedMs: null } : toStopped(this.#tracked);
  }

  /**
   * Whether a stopped job was continued at GEN without the Worker: asks GEN once, and tracks it again if so. Null when
   * GEN does not say. `listener`: waits for its end.
   */
  async wasContinued(listener: Listener): Promise<boolean | null> {
    const tracked = this.#tracked;
    if (tracked?.status !== "stopped") return tracked !== null;
    const news = await poll(tracked, this.#isolate);
    if (news.kind !== "seen") return null;
    this.#take({ ...news, kind: "seen-again" });
    const after = this.#tracked;
    if (after?.phase === "running") {
      this.#count("begun");
      this.#save({ ...after, listeners: addListener(after.listeners, listener) });
    }
    return after?.status !== "stopped";
  }

  /**
   * An event stream. 204 when the client has already seen the final state: an `EventSource` then stops reconnecting.
   */
  override async fetch(request: Request): Promise<Response> {
    const tracked = this.#tracked;
    if (tracked === null) return new Response(null, { status: 404 });
    const lastSeen = Number(request.headers.get("last-event-id") ?? 0) || 0;
    if (tracked.phase !== "running" && lastSeen >= tracked.revision) return new Response(null, { status: 204 });
    if (this.#watchers.full) return new Response(null, { status: 429 });
    return this.#watchers.add(tracked, lastSeen, request.signal);
  }

  override async alarm(): Promise<void> {
    const tracked = this.#tracked;
    if (tracked === null) return this.ctx.storage.deleteAll();
    const now = this.#isolate.clock.now();
    await withNextAlarm(this.ctx.storage, now + STUMBLE_MS, async () => {
      if (tracked.phase === "running") await this.#poll();
      else if (now >= (tracked.endedAt ?? now) + KEEP_MS) return this.#forget(tracked);
      else this.#setAlarm();
      await this.#wakeListeners();
      if (this.#outbox.isEmpty && this.#settlements.isEmpty) return;
      await Promise.all([this.#outbox.handOver(), this.#settlements.handOver()]);
      this.#setAlarm();
    });
  }

  get #owners(): readonly string[] {
    return this.ctx.storage.kv.get<string[]>("owners") ?? [];
  }

  /** One poll at a time; concurrent callers share it. */
  #poll(): Promise<void> {
    this.#polling ??= this.#ask().finally(() => {
      this.#polling = null;
      this.#setAlarm();
    });
    return this.#polling;
  }

  async #ask(): Promise<void> {
    if (this.#tracked === null) return;
    const { nextPollAt, callId } = this.#tracked;
    const news = await poll(this.#tracked, this.#isolate);
    const hinted = this.#tracked !== null && this.#tracked.nextPollAt !== nextPollAt;
    // The job was continued during this poll: its answer is outdated and would settle the job wrongly.
    const outdated = news.kind === "seen" && this.#tracked?.callId !== callId;
    if (!outdated) this.#take(news);
    // A hint that arrived during the poll may be newer than GEN's answer.
    if (hinted) this.#take({ kind: "hinted", at: news.at });
  }

  #take(news: TrackerEvent): void {
    if (this.#tracked === null) return;
    const before = this.#tracked;
    const after = apply(before, news);
    if (after === before) return;
    this.#save(after);
    if (after.revision !== before.revision) this.#watchers.tell(after);
    this.#changed.notify();
    if (after.phase === "running" || before.phase !== "running") return;
    this.#outbox.add(toSettled(after));
    this.#settlements.take(after);
    this.#count("ended");
    logEnd(after, this.#isolate.log);
    this.ctx.waitUntil(this.#wakeListeners());
  }

  /** Wakes the runs that wait for the end. A run that could not be woken is retried at the next alarm. */
  async #wakeListeners(): Promise<void> {
    if (this.#tracked === null || this.#tracked.phase === "running" || this.#tracked.listeners.length === 0) return;
    const { listeners } = this.#tracked;
    const results = await Promise.allSettled(listeners.map((listener) => wakeRun(listener, this.env)));
    const woken = new Set(listeners.filter((_, index) => results[index]?.status === "fulfilled"));
    // Keep listeners that were added meanwhile.
    const left = this.#tracked?.listeners.filter((listener) => !woken.has(listener)) ?? [];
    if (this.#tracked) this.#save({ ...this.#tracked, listeners: left });
  }

  /** GEN continues only what was stopped: if that was not seen, the charge before ended so, whatever was seen since. */
  #reopen(tracked: Tracked, news: Extract<TrackerEvent, { kind: "continued" }>): void {
    if (tracked.status !== "stopped" && tracked.callId !== news.callId) {
      this.#settlements.takeStopped(tracked);
      if (tracked.phase === "running") this.#outbox.add(toStoppedUnseen(tracked, news.at));
    }
    this.#save(apply(tracked, news));
  }

  /** A job that was found before its call knew of it has no charge yet, and may have ended. */
  #adoptCharge(tracked: Tracked, { callId, charge = null }: Pick<Beginning, "callId" | "charge">): void {
    this.#settlements.takeLate(tracked, charge);
    const isNew = tracked.callId === callId && charge !== null && !tracked.charge;
    this.#save(isNew ? { ...tracked, charge } : tracked);
    if (isNew) this.#settlements.take({ ...tracked, charge });
  }

  /** Approximate, for `GET /metrics`. */
  #count(what: "begun" | "ended"): void {
    const startedAt = this.#tracked?.startedAt ?? this.#isolate.clock.now();
    this.#isolate.traffic.countJob(what, startedAt, (work) => this.ctx.waitUntil(work.catch(() => {})));
  }

  #save(tracked: Tracked): void {
    this.#tracked = tracked;
    this.ctx.storage.kv.put("tracked", tracked);
    this.#setAlarm();
  }

  #setAlarm(): void {
    if (this.#tracked === null) return;
    const { phase, nextPollAt, endedAt, listeners } = this.#tracked;
    const mustWake = phase !== "running" && listeners.length > 0;
    const endAt = mustWake ? this.#isolate.clock.now() + WAKE_AGAIN_MS : (endedAt ?? 0) + KEEP_MS;
    const at = phase === "running" ? nextPollAt : endAt;
    // During a poll no alarm is set: the end of the poll sets it.
    if (this.#polling === null)
      void this.ctx.storage.setAlarm(Math.min(at, this.#outbox.dueAt, this.#settlements.dueAt));
  }

  /** Ends tracking. A job that outlives its tracking (monitoring, for example) keeps its owners. */
  async #forget({ phase, owners }: Tracked): Promise<void> {
    this.#tracked = null;
    await this.ctx.storage.deleteAll();
    if (phase === "gave-up") for (const owner of owners) await this.own(owner);
  }
}
