/** What is stored of a call, and when it is deleted. docs/storage.md lists it. */
import type { Belonging } from "../../generations/belongings.ts";
import type { TrackedJob } from "../../generations/tracked-job.ts";
import type { Left, Shortage } from "../../money/budget.ts";
import type { Standing } from "../../money/ledger/charge.ts";
import type { AttemptRecord } from "../../observability/event.ts";
import type { Submission } from "../call.ts";
import { selectDueAt } from "./next-action.ts";
import { type CallState, isLive, type NotChargedReason } from "./state.ts";
import type { StoryEntry } from "./story.ts";

/** Work that follows from a state and must not be lost: done by the alarm until it succeeds. Each is idempotent. */
export type FollowUp = "follow" | "look" | "tell" | "stop" | "show" | "notify" | "account" | "leave";

/** Where the lists of calls have its row. `done`: it was written; otherwise it may have been. */
interface Shown {
  /** The name of the `Activity` object. */
  readonly name: string;
  /** When the call was accepted. */
  readonly at: number;
  readonly done: boolean;
}

/** Of an earlier version: a day's account of the client is told that its reservation has ended. */
interface AccountSettlement {
  readonly day: string;
  readonly epoch: number;
}

export type Settlement = Standing | AccountSettlement;

/** When a charge was booked: its day and month are those of its budgets. Milliseconds since the epoch. */
export interface Booking {
  readonly at: number;
  /** Whether the ledger was asked to reserve it. */
  readonly asked: boolean;
}

export interface CallRecord {
  readonly submission: Omit<Submission, "body">;
  readonly state: CallState;
  readonly jobs: readonly TrackedJob[];
  /** What it made that is not tracked, because it has no end. */
  readonly made?: readonly Belonging[];
  /** The ids of what it started that is not tracked, because they can't be names. Absent in earlier records. */
  readonly unnamed?: readonly string[];
  readonly followUps: readonly FollowUp[];
  /** Follow-ups in a row that failed. */
  readonly followUpFailures: number;
  /** When to try again, if GEN turned a follow-up away. Absent in records of earlier versions. */
  readonly followUpsDueAt?: number | null;
  /** `asked`: the agent's list of open calls was asked to add it. `held`: it did. Absent in earlier records. */
  readonly entered?: "asked" | "held" | null;
  /** Number of searches for its job that found nothing. */
  readonly looks?: number;
  /** Whether the jobs it started were stopped for its caller; null while unknown, and when nobody cancelled it. */
  readonly stopped?: boolean | null;
  readonly attempts: readonly AttemptRecord[];
  /** GEN's estimate for this epoch's call, in credits; null when it was not requested. */
  readonly price: number | null;
  /** The budget that ended this epoch's call, as it was then. Absent otherwise, and in records of earlier versions. */
  readonly shortage?: Shortage;
  /** Of this epoch's charge; null when there is none, or not yet. */
  readonly booking: Booking | null;
  /** How often it was sent in this epoch. Absent in records of earlier versions. */
  readonly sends?: number;
  /** What its reservation left of its budgets. Absent when it has none. */
  readonly left?: Left;
  /** How charges stand, still to be reported to the ledger. */
  readonly settlements: readonly Settlement[];
  /** Of an earlier version: the day in whose account this epoch's charge is reserved. */
  readonly quotaDay?: string | null;
  /** When the first call under this key was submitted. Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The same of this epoch's call. Absent in records of earlier versions, as are the next three. */
  readonly acceptedAt?: number;
  readonly shown?: Shown | null;
  /** The first and the last entries. */
  readonly story?: readonly StoryEntry[];
  /** Of requests by which it is found, too: of the calls before it under its key, and of those that joined it. */
  readonly joined?: readonly string[];
  /** Whether an earlier call under this key may have been sent: GEN may know the keys of its epochs. */
  readonly sentBefore?: boolean;
}

/** How many requests are remembered beside its own; of these so many of the calls before it. */
export const MAX_JOINED = 32;
const MAX_EARLIER = 16;

const KEEP_ANSWER_MS = 24 * 3_600_000;
const KEEP_MS = 30 * 24 * 3_600_000;
/** Calls that were refused here and never sent are hardly read again. */
const KEEP_UNSENT_MS = 10 * 60_000;
const UNSENT: readonly NotChargedReason[] = ["quota", "price", "price-unknown", "not-sent", "not-booked", "cancelled"];
/** Alarm interval during a send: short, so that the death of the machine is noticed soon. */
const WATCH_MS = 10_000;
const FOLLOW_UP_MS = 1_000;
const FOLLOW_UP_CAP_MS = 5 * 60_000;
/** A call that is open for longer is shown in the lists of calls. */
const SHOW_AFTER_MS = 30_000;
const SHOW_AGAIN_MS = 5_000;

/**
 * When the object must act next. There is always an alarm until the record is deleted. Rounded up to whole
 * milliseconds: the runtime drops the fraction, and an alarm that fires early and is set to the same millisecond again
 * never fires (seen once in 3,000 alarms with the workerd of wrangler 4.156.2).
 */
export function selectAlarm(record: CallRecord, now: number): number {
  const { state } = record;
  if (state.kind === "sending") return now + WATCH_MS;
  if (isLive(state)) return Math.ceil(Math.max(now, Math.min(selectDueAt(state), selectShowAlarm(record, now))));
  if (record.followUps.length > 0) return selectFollowUpsAlarm(record, now);
  if (wasNeverSent(record)) return state.at + KEEP_UNSENT_MS;
  return now < state.at + KEEP_ANSWER_MS ? state.at + KEEP_ANSWER_MS : state.at + KEEP_MS;
}

function selectFollowUpsAlarm({ followUpFailures, followUpsDueAt }: CallRecord, now: number): number {
  return Math.ceil(
    Math.max(now, followUpsDueAt ?? now + Math.min(FOLLOW_UP_MS * 2 ** followUpFailures, FOLLOW_UP_CAP_MS)),
  );
}

/** When to try a follow-up again that GEN turned away: when GEN asked for it, within the limits of other retries. */
export function toFollowUpsDueAt(askedMs: number | null, now: number): number | null {
  return askedMs === null ? null : now + Math.min(Math.max(askedMs, FOLLOW_UP_MS), FOLLOW_UP_CAP_MS);
}

/** The requests of the call before it under its key, by which the next one is found; the latest first. */
export function toEarlierRequests({ submission: { requestId }, joined = [] }: CallRecord): readonly string[] {
  return [...(requestId === null ? [] : [requestId]), ...joined].slice(0, MAX_EARLIER);
}

/** When this epoch's call was accepted. */
export function toAcceptedAt({ state, acceptedAt, createdAt }: CallRecord): number {
  return isLive(state) ? state.acceptedAt : (acceptedAt ?? createdAt);
}

/** When an open call must be shown in the lists of calls; infinite when it is, or has ended. */
export function selectShowAt(record: CallRecord): number {
  const acceptedAt = toAcceptedAt(record);
  const isShown = record.shown?.done === true && record.shown.at === acceptedAt;
  return isShown || !isLive(record.state) ? Number.POSITIVE_INFINITY : acceptedAt + SHOW_AFTER_MS;
}

function selectShowAlarm(record: CallRecord, now: number): number {
  const at = selectShowAt(record);
  return at > now ? at : now + SHOW_AGAIN_MS;
}

const LAST: readonly FollowUp[] = ["account", "show", "look"];

/**
 * The next follow-up to carry out. Some come last, and in another order when they fail, so that they delay no other.
 * Null while GEN has asked to wait.
 */
export function selectFollowUp({ followUps, followUpFailures, followUpsDueAt }: CallRecord, now: number) {
  if (now < (followUpsDueAt ?? 0)) return null;
  const others = followUps.filter((followUp) => !LAST.includes(followUp));
  const last = followUpFailures % 2 === 0 ? LAST : LAST.toReversed();
  return others[0] ?? last.find((followUp) => followUps.includes(followUp)) ?? null;
}

/** Whether an ended call's answer, or its whole record, has been kept long enough. */
export function selectExpiry(record: CallRecord, now: number): "keep" | "drop-answer" | "drop-all" {
  const { state } = record;
  if (isLive(state) || record.followUps.length > 0) return "keep";
  if (now >= state.at + (wasNeverSent(record) ? KEEP_UNSENT_MS : KEEP_MS)) return "drop-all";
  return now >= state.at + KEEP_ANSWER_MS ? "drop-answer" : "keep";
}

/**
 * Whether nothing was ever sent under this key, so that it does no harm to forget the record early. A run's call is
 * kept: the run must find that it was cancelled.
 */
export function wasNeverSent({ state, attempts, sentBefore, submission }: CallRecord): boolean {
  if (state.kind !== "not_charged" || sentBefore || attempts.length > 0 || submission.listener) return false;
  return UNSENT.includes(state.why);
}
