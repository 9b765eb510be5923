/**
 * Follows one generation, user job or run to its end: one poller for any number of watchers. One per job. What GEN
 * accepted is found here again, though the answer was lost, the client left or the machine died. Of things without an
 * end of their own it only knows whose they are.
 */
import { DurableObject } from "cloudflare:workers";
import { type Isolate, toAskEnvironment } from "../context.ts";
import { ask } from "../gen/ask.ts";
import type { Outcome } from "../gen/attempt.ts";
import { toRetryAfterMs } from "../gen/failure.ts";
import { Outbox } from "../notifications/outbox.ts";
import { withNextAlarm } from "../objects/alarm.ts";
import { ChangeSignal } from "../resilience/change-signal.ts";
import { poll } from "./poll.ts";
import { toSettled } from "./settled.ts";
import { apply, begin, type Listener, type Tracked, type TrackerEvent, toPeriodMs, toTracked } from "./state.ts";
import { isStoppable, type TrackedJob, toTrackerName } from "./tracked-job.ts";
import { wakeRun } from "./wake-run.ts";
import { Watchers } from "./watchers.ts";

/** Between two tries to tell a run of the end. */
const TELL_MS = 10_000;
/** After an alarm whose work was not done. */
const STUMBLE_MS = 30_000;
const KEEP_MS = 7 * 24 * 3_600_000;
/** Since its owner last asked for it: posts go out, and conversations are taken up again, after weeks. */
const KEEP_OWNED_MS = 90 * 24 * 3_600_000;

interface Beginning {
  readonly job: TrackedJob;
  readonly clientId: string;
  readonly agentId: string | null;
  readonly account: string;
  readonly callId: string;
  /** `continue`: a settled generation lives again. */
  readonly reopens: boolean;
  readonly listener: Listener | null;
}

/** What others learn of it. */
interface TrackedView {
  readonly phase: Tracked["phase"];
  readonly status: string;
  readonly revision: number;
  readonly owners: readonly string[];
  readonly account: string;
  /** GEN's last answer as JSON; null before the first. */
  readonly body: string | null;
  /** Whole seconds since GEN said so. */
  readonly ageSeconds: number;
  /** Not older than the period of polls: as good as asking. */
  readonly fresh: boolean;
}

type Stopped =
  | { readonly kind: "stopped" }
  /** For good. */
  | { readonly kind: "not-stopped"; readonly why: "ended" | "another-call" | "unstoppable" }
  /** GEN did not do it now; `askedMs`: what it asks to wait, if it does. */
  | { readonly kind: "turned-away"; readonly askedMs: number | null };

export class GenerationTracker extends DurableObject<Env> {
  readonly #isolate: Isolate;
  readonly #watchers: Watchers;
  readonly #outbox: Outbox;
  #tracked: Tracked | null;
  #polling: Promise<void> | null = null;
  #changed = new ChangeSignal();

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
    this.#watchers = new Watchers(isolate.clock);
    this.#outbox = new Outbox(ctx.storage.kv, isolate);
    const stored = ctx.storage.kv.get<Tracked>("tracked");
    this.#tracked = stored ? toTracked(stored) : null;
  }

  async begin({ job, clientId, agentId, account, callId, reopens, listener }: Beginning): Promise<void> {
    const at = this.#isolate.clock.now();
    if (this.#tracked === null) return this.#save(begin({ job, clientId, agentId, account, callId, listener, at }));
    const owners = [...new Set([...this.#tracked.owners, clientId])];
    const listeners = addListener(this.#tracked.listeners, listener);
    const known = { ...this.#tracked, owners, listeners };
    this.#save(reopens ? apply(known, { kind: "continued", at, callId }) : known);
    await this.#tell();
  }

  /** The durable call that started it; null when it is not tracked. */
  async claimant(): Promise<string | null> {
    return this.#tracked?.callId ?? null;
  }

  /** Gives it to the first call that asks: one whose answer was lost. False when it is another's. */
  async claim(beginning: Beginning): Promise<boolean> {
    if (this.#tracked === null) await this.begin(beginning);
    return this.#tracked?.callId === beginning.callId;
  }

  /** Writes down whose it is, of a thing that has no end to be followed to: a post, a conversation. */
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

  /** Waits until it has ended, at most `waitMs`. */
  async settled(waitMs: number): Promise<TrackedView | null> {
    const { clock } = this.#isolate;
    const endsAt = clock.now() + waitMs;
    while (this.#tracked?.phase === "running" && clock.now() < endsAt) {
      await this.#changed.wait(endsAt - clock.now(), clock);
    }
    return this.view();
  }

  /** Somebody says that there is news. Nothing is believed: GEN is asked. False when it is not tracked. */
  async hint(): Promise<boolean> {
    if (this.#tracked === null) return false;
    this.#take({ kind: "hinted", at: this.#isolate.clock.now() });
    return true;
  }

  /**
   * Stops what this call has started, or continued, at GEN, which refunds. One that has ended is left as it is, and so is
   * one that another call has paid for since.
   */
  async stop(callId: string): Promise<Stopped> {
    const tracked = this.#tracked;
    if (tracked === null || tracked.callId !== callId) return { kind: "not-stopped", why: "another-call" };
    if (!isStoppable(tracked.job)) return { kind: "not-stopped", why: "unstoppable" };
    if (tracked.phase !== "running") return toStopped(tracked);
    const outcome = await this.#askToStop(tracked);
    if (outcome.kind === "failure") return { kind: "turned-away", askedMs: toRetryAfterMs(outcome.failure) };
    if (outcome.kind === "whole-answer" && outcome.response.ok) {
      await this.hint();
      return { kind: "stopped" };
    }
    // It has ended already, or it goes on although it was to stop: GEN is asked which.
    await this.#poll();
    return this.#tracked?.phase === "running" ? { kind: "turned-away", askedMs: null } : toStopped(this.#tracked);
  }

  #askToStop({ job: { kind, id }, agentId, account }: Tracked): Promise<Outcome> {
    const [host, path] = kind === "run" ? (["agent", "/agent/runs"] as const) : (["api", "/generations"] as const);
    const body = JSON.stringify(agentId === null ? {} : { agent_id: agentId });
    const question = { host, path: `${path}/${encodeURIComponent(id)}/stop`, body, method: "POST" } as const;
    return ask({ ...question, alsoAnswers: [422] }, toAskEnvironment(this.#isolate, account));
  }

  /** An event stream. 204 when the settled state was already seen: an EventSource then stops coming back. */
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
      await this.#tell();
      if (this.#outbox.isEmpty) return;
      await this.#outbox.handOver();
      this.#setAlarm();
    });
  }

  get #owners(): readonly string[] {
    return this.ctx.storage.kv.get<string[]>("owners") ?? [];
  }

  /** One at a time, whoever asks. */
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
    // Continued meanwhile: that it had stopped is old news, and would end it for good.
    const outdated = news.kind === "seen" && this.#tracked?.callId !== callId;
    if (!outdated) this.#take(news);
    // News that came while GEN was being asked may be newer than its answer.
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
    this.#log(after);
    this.ctx.waitUntil(this.#tell());
  }

  /** Those who wait for its end hear of it; one who could not be told is told by the next alarm. */
  async #tell(): Promise<void> {
    if (this.#tracked === null || this.#tracked.phase === "running" || this.#tracked.listeners.length === 0) return;
    const { listeners } = this.#tracked;
    const rung = await Promise.allSettled(listeners.map((listener) => wakeRun(listener, this.env)));
    const told = new Set(listeners.filter((_, index) => rung[index]?.status === "fulfilled"));
    // Those who came meanwhile stay.
    const left = this.#tracked?.listeners.filter((listener) => !told.has(listener)) ?? [];
    if (this.#tracked) this.#save({ ...this.#tracked, listeners: left });
  }

  #log({ job, phase, status, callId, polls, startedAt, endedAt }: Tracked): void {
    this.#isolate.log(phase === "gave-up" ? "error" : "info", {
      message: "generation",
      job: toTrackerName(job),
      phase,
      status,
      call_id: callId,
      polls,
      ms: (endedAt ?? startedAt) - startedAt,
    });
  }

  #save(tracked: Tracked): void {
    this.#tracked = tracked;
    this.ctx.storage.kv.put("tracked", tracked);
    this.#setAlarm();
  }

  #setAlarm(): void {
    if (this.#tracked === null) return;
    const { phase, nextPollAt, endedAt, listeners } = this.#tracked;
    const untold = phase !== "running" && listeners.length > 0;
    const endAt = untold ? this.#isolate.clock.now() + TELL_MS : (endedAt ?? 0) + KEEP_MS;
    const at = phase === "running" ? nextPollAt : endAt;
    // While a poll is out, its end sets the alarm.
    if (this.#polling === null) void this.ctx.storage.setAlarm(Math.min(at, this.#outbox.dueAt));
  }

  /** What lives longer than it was followed, as monitoring does, stays whose it is. */
  async #forget({ phase, owners }: Tracked): Promise<void> {
    this.#tracked = null;
    await this.ctx.storage.deleteAll();
    if (phase === "gave-up") for (const owner of owners) await this.own(owner);
  }
}

function toStopped(tracked: Tracked | null): Stopped {
  return tracked?.status === "stopped" ? { kind: "stopped" } : { kind: "not-stopped", why: "ended" };
}

/** A run that begins to listen twice, because it could not know that it had begun, is told once. */
function addListener(listeners: readonly Listener[], added: Listener | null): readonly Listener[] {
  if (added === null || listeners.some(({ run, event }) => run === added.run && event === added.event))
    return listeners;
  return [...listeners, added];
}

function toView(tracked: Tracked, now: number): TrackedView {
  const { phase, status, revision, owners, account, body, seenAt } = tracked;
  const ageMs = now - (seenAt ?? tracked.startedAt);
  // What has stopped can be continued by somebody who does not ask the Worker to.
  const isFinal = phase === "settled" && status !== "stopped";
  const fresh = body !== null && (isFinal || ageMs <= toPeriodMs(tracked, now));
  return { phase, status, revision, owners, account, body, ageSeconds: Math.floor(ageMs / 1_000), fresh };
}
