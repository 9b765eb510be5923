/**
 * The tracked state of one generation, user job or run, and when to poll GEN next. Pure. Late or repeated news never
 * reopens a settled job; only `continue` does, which is a new charge under the same id, through the Worker or at GEN itself.
 */
import type { TrackedJob } from "./tracked-job.ts";

/** A pipeline run that waits for this job to end. */
export interface Listener {
  /** The id of the Workflow instance. */
  readonly run: string;
  /** The type of the event it waits for. */
  readonly event: string;
}

/** The charge that a job is part of, by its durable call and epoch, and when it was booked. */
export interface JobCharge {
  readonly callId: string;
  readonly epoch: number;
  readonly at: number;
}

export interface Tracked {
  readonly job: TrackedJob;
  /** The clients whose calls created it. A client confined to some agents may see only jobs it owns. */
  readonly owners: readonly string[];
  readonly agentId: string | null;
  /** The GEN account it was started with. */
  readonly account: string;
  /** The durable call that started it. */
  readonly callId: string;
  /** Of the request that submitted the call; null for a run's. Absent in rows of earlier versions. */
  readonly requestId?: string | null;
  /** The pipeline run of that call; null when it has none. Absent in rows of earlier versions. */
  readonly runId?: string | null;
  /** Absent or null: its call costs nothing, or is one of an earlier version. */
  readonly charge?: JobCharge | null;
  /** Runs that were not yet told that it has ended. */
  readonly listeners: readonly Listener[];
  readonly phase: "running" | "settled" | "gave-up";
  /** GEN's status. */
  readonly status: string;
  /** Incremented with each change; used as the id of the event. */
  readonly revision: number;
  /** GEN's last answer: JSON text, unchanged. */
  readonly body: string | null;
  /** Times in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** When GEN last answered. */
  readonly seenAt: number | null;
  readonly lastPollAt: number | null;
  readonly nextPollAt: number;
  readonly polls: number;
  /** Consecutive failed polls. */
  readonly failures: number;
}

/** Reads a stored row. An earlier version stored `job` as `subject`. */
export function toTracked(stored: Tracked & { readonly subject?: TrackedJob }): Tracked {
  const { subject, ...tracked } = stored;
  return subject === undefined ? tracked : { ...tracked, job: subject };
}

export type TrackerEvent =
  | { readonly kind: "seen"; readonly at: number; readonly status: string; readonly body: string }
  /** The same, of a job that may have been stopped and continued since. */
  | { readonly kind: "seen-again"; readonly at: number; readonly status: string; readonly body: string }
  | { readonly kind: "failed"; readonly at: number; readonly retryAfterMs: number | null }
  | { readonly kind: "hinted"; readonly at: number }
  | {
      readonly kind: "continued";
      readonly at: number;
      readonly callId: string;
      readonly requestId?: string | null;
      readonly runId?: string | null;
      readonly charge?: JobCharge | null;
    };

const FIRST_POLL_MS = 2_000;
const MAX_POLL_MS = 15_000;
const GROWTH = 1.5;
const SLOW_AFTER_MS = 30 * 60_000;
const SLOW_POLL_MS = 60_000;
const MAX_FAILED_POLL_MS = 5 * 60_000;
const GIVE_UP_MS = 24 * 3_600_000;
/** Hints in quick succession cause one poll. */
const HINT_SPACING_MS = 1_000;

const ENDED = new Set(["completed", "failed", "stopped"]);

export interface Beginning {
  readonly job: TrackedJob;
  readonly clientId: string;
  readonly agentId: string | null;
  readonly account: string;
  readonly callId: string;
  /** Of the request that submitted the call; null for a run's. */
  readonly requestId?: string | null;
  /** True for `continue`, which reopens a settled generation. */
  readonly reopens: boolean;
  readonly listener: Listener | null;
  /** Null or absent: its call costs nothing, or is one of an earlier version. */
  readonly charge?: JobCharge | null;
}

export function begin(from: Omit<Beginning, "reopens"> & { readonly at: number }): Tracked {
  const { job, agentId, account, callId, requestId = null, charge = null, clientId, listener, at } = from;
  return {
    job,
    agentId,
    account,
    callId,
    requestId,
    runId: listener?.run ?? null,
    charge,
    owners: [clientId],
    listeners: listener ? [listener] : [],
    phase: "running",
    status: "pending",
    revision: 1,
    body: null,
    startedAt: at,
    endedAt: null,
    seenAt: null,
    lastPollAt: null,
    nextPollAt: at,
    polls: 0,
    failures: 0,
  };
}

export function apply(tracked: Tracked, news: TrackerEvent): Tracked {
  if (news.kind === "continued") return reopen(tracked, news);
  if (news.kind === "seen-again") {
    const isContinued = tracked.status === "stopped" && news.status !== "stopped";
    return isContinued ? see(start(tracked, news.at), news) : tracked;
  }
  if (tracked.phase !== "running") return tracked;
  switch (news.kind) {
    case "seen":
      return see(tracked, news);
    case "failed":
      return fail(tracked, news);
    case "hinted":
      // Changes `nextPollAt` even when a poll is due, so that a poll in progress notices that a hint arrived after it
      // started.
      return { ...tracked, nextPollAt: Math.max(news.at, (tracked.lastPollAt ?? 0) + HINT_SPACING_MS) };
  }
}

function see(tracked: Tracked, { at, status, body }: Extract<TrackerEvent, { body: string }>): Tracked {
  const changed = body !== tracked.body;
  const ended = ENDED.has(status);
  const next: Tracked = {
    ...tracked,
    phase: ended ? "settled" : "running",
    status,
    body,
    revision: tracked.revision + (changed ? 1 : 0),
    endedAt: ended ? at : null,
    seenAt: at,
    lastPollAt: at,
    polls: tracked.polls + 1,
    failures: 0,
    nextPollAt: at + toPeriodMs(tracked, at),
  };
  return giveUpIfOld(next, at);
}

function fail(tracked: Tracked, { at, retryAfterMs }: Extract<TrackerEvent, { kind: "failed" }>): Tracked {
  const failures = tracked.failures + 1;
  const backoffMs = Math.min(FIRST_POLL_MS * 2 ** failures, MAX_FAILED_POLL_MS);
  const waitMs = Math.max(backoffMs, toPeriodMs(tracked, at), retryAfterMs ?? 0);
  const nextPollAt = Math.min(at + waitMs, Math.max(at, tracked.startedAt + GIVE_UP_MS));
  return giveUpIfOld({ ...tracked, failures, lastPollAt: at, nextPollAt }, at);
}

/** The polling period: 2 s growing to 15 s; one minute for jobs that have run for more than half an hour. */
export function toPeriodMs(tracked: Tracked, at: number): number {
  if (at - tracked.startedAt > SLOW_AFTER_MS) return SLOW_POLL_MS;
  return Math.min(FIRST_POLL_MS * GROWTH ** tracked.polls, MAX_POLL_MS);
}

function giveUpIfOld(tracked: Tracked, at: number): Tracked {
  if (tracked.phase !== "running" || at - tracked.startedAt < GIVE_UP_MS) return tracked;
  return { ...tracked, phase: "gave-up", endedAt: at, revision: tracked.revision + 1 };
}

function reopen(
  tracked: Tracked,
  { at, callId, requestId = null, runId = null, charge = null }: Extract<TrackerEvent, { kind: "continued" }>,
): Tracked {
  if (tracked.callId === callId) return tracked;
  const payer = { callId, requestId, runId, charge };
  if (tracked.phase === "running") return { ...tracked, ...payer, nextPollAt: at };
  return { ...start(tracked, at), ...payer };
}

function start(tracked: Tracked, at: number): Tracked {
  return {
    ...tracked,
    phase: "running",
    status: "pending",
    body: null,
    seenAt: null,
    revision: tracked.revision + 1,
    startedAt: at,
    endedAt: null,
    nextPollAt: at,
    polls: 0,
    failures: 0,
  };
}

/** A run may register twice, because it could not know whether the first time succeeded. It is told once. */
export function addListener(listeners: readonly Listener[], added: Listener | null): readonly Listener[] {
  if (added === null || listeners.some(({ run, event }) => run === added.run && event === added.event))
    return listeners;
  return [...listeners, added];
}
