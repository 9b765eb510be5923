/**
 * What is known of one generation, user job or run, and when to ask GEN again. Pure. Late or repeated news never
 * reopens a settled one; only `continue` does, which is a new charge under the same id.
 */
import type { TrackedJob } from "./tracked-job.ts";

/** A pipeline's run that waits for something to end. */
export interface Listener {
  /** The instance of the Workflow. */
  readonly run: string;
  /** The type of the event that it waits for. */
  readonly event: string;
}

export interface Tracked {
  readonly job: TrackedJob;
  /** The clients whose calls yielded it: only they may see it, if they are confined to some agents. */
  readonly owners: readonly string[];
  readonly agentId: string | null;
  /** The GEN account that it was started with. */
  readonly account: string;
  /** The durable call that started it. */
  readonly callId: string;
  /** Runs that are still to be told of its end. */
  readonly listeners: readonly Listener[];
  readonly phase: "running" | "settled" | "gave-up";
  /** GEN's word for where it stands. */
  readonly status: string;
  /** Grows by one with each change: the id of its event. */
  readonly revision: number;
  /** GEN's last answer: JSON, as it came. */
  readonly body: string | null;
  /** Times in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** When GEN last answered. */
  readonly seenAt: number | null;
  readonly lastPollAt: number | null;
  readonly nextPollAt: number;
  readonly polls: number;
  /** Polls in a row that failed. */
  readonly failures: number;
}

/** As it was stored, by this version or an earlier one, which called the job `subject`. */
export function toTracked(stored: Tracked & { readonly subject?: TrackedJob }): Tracked {
  const { subject, ...tracked } = stored;
  return subject === undefined ? tracked : { ...tracked, job: subject };
}

export type TrackerEvent =
  | { readonly kind: "seen"; readonly at: number; readonly status: string; readonly body: string }
  | { readonly kind: "failed"; readonly at: number; readonly retryAfterMs: number | null }
  | { readonly kind: "hinted"; readonly at: number }
  | { readonly kind: "continued"; readonly at: number; readonly callId: string };

const FIRST_POLL_MS = 2_000;
const MAX_POLL_MS = 15_000;
const GROWTH = 1.5;
const SLOW_AFTER_MS = 30 * 60_000;
const SLOW_POLL_MS = 60_000;
const MAX_FAILED_POLL_MS = 5 * 60_000;
const GIVE_UP_MS = 24 * 3_600_000;
/** News that come in a row cost one poll. */
const HINT_SPACING_MS = 1_000;

const ENDED = new Set(["completed", "failed", "stopped"]);

export function begin(
  from: Pick<Tracked, "job" | "agentId" | "account" | "callId"> & {
    clientId: string;
    listener: Listener | null;
    at: number;
  },
): Tracked {
  const { job, agentId, account, callId, clientId, listener, at } = from;
  return {
    job,
    agentId,
    account,
    callId,
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
  if (news.kind === "continued") return reopen(tracked, news.at, news.callId);
  if (tracked.phase !== "running") return tracked;
  switch (news.kind) {
    case "seen":
      return see(tracked, news);
    case "failed":
      return fail(tracked, news);
    case "hinted":
      // Moves it even when it is due: whoever is asking GEN right now sees that there is newer news.
      return { ...tracked, nextPollAt: Math.max(news.at, (tracked.lastPollAt ?? 0) + HINT_SPACING_MS) };
  }
}

function see(tracked: Tracked, { at, status, body }: Extract<TrackerEvent, { kind: "seen" }>): Tracked {
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

/** The period of polls: 2 s growing to 15 s; a minute for what runs for more than half an hour. */
export function toPeriodMs(tracked: Tracked, at: number): number {
  if (at - tracked.startedAt > SLOW_AFTER_MS) return SLOW_POLL_MS;
  return Math.min(FIRST_POLL_MS * GROWTH ** tracked.polls, MAX_POLL_MS);
}

function giveUpIfOld(tracked: Tracked, at: number): Tracked {
  if (tracked.phase !== "running" || at - tracked.startedAt < GIVE_UP_MS) return tracked;
  return { ...tracked, phase: "gave-up", endedAt: at, revision: tracked.revision + 1 };
}

function reopen(tracked: Tracked, at: number, callId: string): Tracked {
  if (tracked.callId === callId) return tracked;
  if (tracked.phase === "running") return { ...tracked, callId, nextPollAt: at };
  const { revision } = tracked;
  return {
    ...tracked,
    callId,
    phase: "running",
    status: "pending",
    body: null,
    seenAt: null,
    revision: revision + 1,
    startedAt: at,
    endedAt: null,
    nextPollAt: at,
    polls: 0,
    failures: 0,
  };
}
