/** Which follow-ups a change of a call adds, and which remain after one was carried out. Pure. */
import type { TrackedJob } from "../../generations/tracked-job.ts";
import type { FollowUpResult } from "../carry-out.ts";
import { toCharge } from "../to-charge.ts";
import { type CallRecord, type FollowUp, type Settlement, toFollowUpsDueAt, wasNeverSent } from "./record.ts";
import { type CallState, isForPerson, isLive } from "./state.ts";

/** Searches without a result, over half a minute, before an operator must look. */
const LOOKS = 5;
/** Failed searches are repeated for at most this time. */
const LOOK_MS = 24 * 3_600_000;

/** The record in its next state, with the follow-ups of the change. `notifies`: notifications are configured. */
export function toNext(record: CallRecord, state: CallState, notifies: boolean): CallRecord {
  const followUps = new Set(record.followUps);
  const before = record.state;
  const hasMade = record.jobs.length + (record.made ?? []).length > 0;
  if (state.kind === "settled" && before.kind !== "settled" && hasMade) followUps.add("follow");
  if (isStopDue(record, state)) followUps.add("stop");
  if (record.submission.listener && isLive(before) && !isLive(state)) followUps.add("tell");
  if (isForPerson(state) && !isForPerson(before) && notifies) followUps.add("notify");
  if (isShowDue(record, state)) followUps.add("show");
  const settlements =
    state.kind === before.kind ? record.settlements : [...record.settlements, ...close(record, state)];
  if (settlements.length > 0) followUps.add("account");
  const leaves = (record.entered ?? null) !== null && !isOpen(state, followUps);
  // `follow` also claims the jobs and leaves the list of open calls.
  if (leaves && !followUps.has("follow")) followUps.add("leave");
  const isNew = [...followUps].some((followUp) => !record.followUps.includes(followUp));
  return {
    ...record,
    state,
    followUps: [...followUps],
    settlements,
    followUpsDueAt: isNew ? null : (record.followUpsDueAt ?? null),
    entered: leaves ? null : (record.entered ?? null),
    stopped: isStopVain(record, state) ? false : (record.stopped ?? null),
  };
}

/** What was refused here and never sent is in no list, so that refused calls leave nothing behind. */
function isShowDue(record: CallRecord, state: CallState): boolean {
  return !isLive(state) && ((record.shown ?? null) !== null || !wasNeverSent({ ...record, state }));
}

/** Whether it may own jobs that it has not claimed. */
function isOpen(state: CallState, followUps: ReadonlySet<FollowUp>): boolean {
  return isLive(state) || isForPerson(state) || followUps.has("look");
}

function isStopDue({ jobs, stopped }: CallRecord, state: CallState): boolean {
  return state.kind === "settled" && state.cancelWanted && jobs.length > 0 && stopped !== true;
}

/** Whether a stop is wanted, but there is nothing to stop and no search is going on. */
function isStopVain({ jobs, followUps }: CallRecord, state: CallState): boolean {
  if (state.kind !== "settled" || !state.cancelWanted || jobs.length > 0) return false;
  return state.untraced === true || !followUps.includes("look");
}

/**
 * What the ledger is to be told of an ended call. What was reserved in a day's account by an earlier version moves into
 * the ledger.
 */
function close(record: CallRecord, state: CallState): Settlement[] {
  const { booking, jobs, quotaDay = null } = record;
  if (booking === null || isLive(state)) return [];
  const standing = { charge: toCharge({ ...record, state, booking }), state: STANDINGS[state.kind], jobs };
  const isKnown = booking.asked || !isLive(record.state);
  const told = standing.state === "released" && !isKnown ? [] : [standing];
  return quotaDay === null ? told : [...told, { day: quotaDay, epoch: state.epoch }];
}

/** An unknown call counts as spent until an operator says otherwise. */
const STANDINGS = { settled: "spent", unknown: "unknown", not_charged: "released" } as const;

/** The record after a search has found the job. */
export function toFound(record: CallRecord, job: TrackedJob): CallRecord {
  const known = { ...record, jobs: [job], entered: null };
  const found = { ...known, settlements: [...record.settlements, ...close(known, record.state)] };
  const account: FollowUp[] = found.settlements.length > 0 ? ["account"] : [];
  const more: FollowUp[] = isStopDue(found, record.state) ? ["follow", "stop"] : ["follow"];
  return { ...found, followUps: [...new Set([...record.followUps, ...more, ...account, "show" as const])] };
}

/** Whether a follow-up with this result is finished. */
export function isOver(
  followUp: FollowUp,
  result: FollowUpResult,
  { state, looks = 0 }: CallRecord,
  now: number,
): boolean {
  if (result.kind !== "later" && result.kind !== "not-found") return true;
  if (followUp !== "look" || isLive(state)) return false;
  return looks >= LOOKS || now - state.at >= LOOK_MS;
}

/** The record without a finished follow-up, or with the time of its next try. `reported`: settlements that were sent. */
export function toLeft(
  record: CallRecord,
  {
    followUp,
    result,
    isDone,
    reported,
  }: { followUp: FollowUp; result: FollowUpResult; isDone: boolean; reported: CallRecord["settlements"] },
  now: number,
): CallRecord {
  const settlements =
    isDone && followUp === "account"
      ? record.settlements.filter((each) => !reported.includes(each))
      : record.settlements;
  const isLeft = (each: FollowUp) => each !== followUp || !isDone || (followUp === "account" && settlements.length > 0);
  return {
    ...record,
    settlements,
    followUps: record.followUps.filter(isLeft),
    followUpFailures: isDone ? 0 : record.followUpFailures + 1,
    followUpsDueAt: result.kind === "later" ? toFollowUpsDueAt(result.askedMs, now) : null,
  };
}
