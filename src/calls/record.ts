/** What is kept of a call, and when it goes: docs/storage.md lists it. */
import type { Belonging } from "../generations/belongings.ts";
import type { TrackedJob } from "../generations/tracked-job.ts";
import type { AttemptRecord } from "../observability/event.ts";
import type { Submission } from "./call.ts";
import { selectDueAt } from "./next-action.ts";
import { type CallState, isLive, type NotChargedReason } from "./state.ts";

/** Work that follows from a state and must not be lost: done by the alarm until it succeeds. Each is idempotent. */
export type FollowUp = "follow" | "look" | "tell" | "stop" | "list" | "unlist" | "notify" | "account" | "leave";

interface QuotaSettlement {
  readonly day: string;
  readonly epoch: number;
  readonly spent: boolean;
}

export interface CallRecord {
  readonly submission: Omit<Submission, "body">;
  readonly state: CallState;
  readonly jobs: readonly TrackedJob[];
  /** What it made that has no end to be followed to. */
  readonly made?: readonly Belonging[];
  readonly followUps: readonly FollowUp[];
  /** Follow-ups in a row that failed. */
  readonly followUpFailures: number;
  /** When GEN, which has turned a follow-up away, wants to be asked again. Absent in records of earlier versions. */
  readonly followUpsDueAt?: number | null;
  /** Whether its agent's list of open calls was asked to hold it, and does. Absent in records of earlier versions. */
  readonly entered?: "asked" | "held" | null;
  /** Looks for what it has started that found nothing. */
  readonly looks?: number;
  /** Whether what it has started was stopped for its caller; null while that is not known, or not wanted. */
  readonly stopped?: boolean | null;
  readonly attempts: readonly AttemptRecord[];
  /** Credits that this epoch's call costs, by GEN's estimate; null where it was not asked for. */
  readonly price: number | null;
  /** Where this epoch's charge is reserved: a day's account. Null when nothing was. */
  readonly quotaDay: string | null;
  /** What is still to be told to the client's accounts: charges that were spent, or given back. */
  readonly settlements: readonly QuotaSettlement[];
  /** The first intent under this key. Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Whether an earlier intent under this key may have been sent: GEN may know the keys of its epochs. */
  readonly sentBefore?: boolean;
}

const KEEP_ANSWER_MS = 24 * 3_600_000;
const KEEP_MS = 30 * 24 * 3_600_000;
/** What was refused here, and never sent: whoever asked looks at it once more, if at all. */
const KEEP_UNSENT_MS = 10 * 60_000;
const UNSENT: readonly NotChargedReason[] = ["quota", "price", "price-unknown", "not-sent", "cancelled"];
/** While a send is out: often enough to see soon that the machine has died. */
const WATCH_MS = 10_000;
const FOLLOW_UP_MS = 1_000;
const FOLLOW_UP_CAP_MS = 5 * 60_000;

/**
 * When the object must act next. It is never without an alarm until its record is deleted. In whole milliseconds, never
 * before the duty is due: the runtime drops the fraction, and an alarm that fires early and is set to the same
 * millisecond again never fires (workerd of wrangler 4.156.2: one object in 3,000 alarms stood still for ever).
 */
export function selectAlarm(record: CallRecord, now: number): number {
  const { state } = record;
  if (state.kind === "sending") return now + WATCH_MS;
  if (isLive(state)) return Math.ceil(Math.max(now, selectDueAt(state)));
  if (record.followUps.length > 0) return selectFollowUpsAlarm(record, now);
  if (wasNeverSent(record)) return state.at + KEEP_UNSENT_MS;
  return now < state.at + KEEP_ANSWER_MS ? state.at + KEEP_ANSWER_MS : state.at + KEEP_MS;
}

function selectFollowUpsAlarm({ followUpFailures, followUpsDueAt }: CallRecord, now: number): number {
  return Math.ceil(
    Math.max(now, followUpsDueAt ?? now + Math.min(FOLLOW_UP_MS * 2 ** followUpFailures, FOLLOW_UP_CAP_MS)),
  );
}

/** When a follow-up that was turned away is tried again: when GEN has asked, within the bounds of the others. */
export function toFollowUpsDueAt(askedMs: number | null, now: number): number | null {
  return askedMs === null ? null : now + Math.min(Math.max(askedMs, FOLLOW_UP_MS), FOLLOW_UP_CAP_MS);
}

/** The next followUp that may be done now: one that looks keeps no other waiting. Null when GEN wants to be left alone. */
export function selectFollowUp({ followUps, followUpsDueAt }: CallRecord, now: number): FollowUp | null {
  if (now < (followUpsDueAt ?? 0)) return null;
  return followUps.find((followUp) => followUp !== "look") ?? followUps[0] ?? null;
}

/** Whether an ended call's answer, or the whole of it, has been kept long enough. */
export function selectExpiry(record: CallRecord, now: number): "keep" | "drop-answer" | "drop-all" {
  const { state } = record;
  if (isLive(state) || record.followUps.length > 0) return "keep";
  if (now >= state.at + (wasNeverSent(record) ? KEEP_UNSENT_MS : KEEP_MS)) return "drop-all";
  return now >= state.at + KEEP_ANSWER_MS ? "drop-answer" : "keep";
}

/**
 * Whether nothing was ever sent under this key: without its record it is as good as new. A run comes back to its own call: it
 * must find that it was called off.
 */
export function wasNeverSent({ state, attempts, sentBefore, submission }: CallRecord): boolean {
  if (state.kind !== "not_charged" || sentBefore || attempts.length > 0 || submission.listener) return false;
  return UNSENT.includes(state.why);
}
