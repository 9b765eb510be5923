/** What a change of a call leaves to be done, and what a chore leaves of it. Pure. */
import type { TrackedJob } from "../generations/tracked-job.ts";
import type { FollowUpResult } from "./carry-out.ts";
import { type CallRecord, type FollowUp, toFollowUpsDueAt } from "./record.ts";
import { type CallState, isForPerson, isLive } from "./state.ts";

/** Looks that find nothing, over half a minute, before a person must. */
const LOOKS = 5;
/** Looks that fail say nothing, but do not go on for ever. */
const LOOK_MS = 24 * 3_600_000;

/** The record in its next state, with what follows from that; `notifies`: somebody is told of what a person must see. */
export function toNext(record: CallRecord, state: CallState, notifies: boolean): CallRecord {
  const chores = new Set(record.chores);
  const before = record.state;
  const hasMade = record.subjects.length + (record.made ?? []).length > 0;
  if (state.kind === "settled" && before.kind !== "settled" && hasMade) chores.add("follow");
  if (isStopDue(record, state)) chores.add("stop");
  if (record.submission.listener && isLive(before) && !isLive(state)) chores.add("tell");
  if (isForPerson(state) && !isForPerson(before)) {
    replace(chores, "unlist", "list");
    if (notifies) chores.add("notify");
  }
  if (isForPerson(before) && !isForPerson(state)) replace(chores, "list", "unlist");
  const closings = state.kind === before.kind ? record.closings : close(record, state);
  if (closings.length > 0) chores.add("account");
  const leaves = (record.entered ?? null) !== null && !isOpen(state, chores);
  // To follow what it has started is to claim it, and to leave.
  if (leaves && !chores.has("follow")) chores.add("leave");
  const isNew = [...chores].some((chore) => !record.chores.includes(chore));
  return {
    ...record,
    state,
    chores: [...chores],
    closings,
    choresDueAt: isNew ? null : (record.choresDueAt ?? null),
    entered: leaves ? null : (record.entered ?? null),
    stopped: isStopVain(record, state) ? false : (record.stopped ?? null),
  };
}

/** Whether there may be jobs of its that it has not claimed by name. */
function isOpen(state: CallState, chores: ReadonlySet<FollowUp>): boolean {
  return isLive(state) || isForPerson(state) || chores.has("look");
}

function isStopDue({ subjects, stopped }: CallRecord, state: CallState): boolean {
  return state.kind === "settled" && state.cancelWanted && subjects.length > 0 && stopped !== true;
}

/** There is nothing that could be stopped, and nothing is looked for. */
function isStopVain({ subjects, chores }: CallRecord, state: CallState): boolean {
  if (state.kind !== "settled" || !state.cancelWanted || subjects.length > 0) return false;
  return state.untraced === true || !chores.includes("look");
}

/** An unknown call counts as spent until a person says otherwise. */
function close({ quotaDay: day, closings }: CallRecord, state: CallState): CallRecord["closings"] {
  if (day === null || isLive(state)) return closings;
  return [...closings, { day, epoch: state.epoch, spent: state.kind !== "free" }];
}

/** The record once what was looked for is found. */
export function toFound(record: CallRecord, subject: TrackedJob): CallRecord {
  const found = { ...record, subjects: [subject], entered: null };
  const more: FollowUp[] = isStopDue(found, record.state) ? ["follow", "stop"] : ["follow"];
  return { ...found, chores: [...record.chores, ...more] };
}

/** Whether a chore that went so is over. */
export function isOver(chore: FollowUp, result: FollowUpResult, { state, looks = 0 }: CallRecord, now: number): boolean {
  if (result.kind !== "later" && result.kind !== "not-found") return true;
  if (chore !== "look" || isLive(state)) return false;
  return looks >= LOOKS || now - state.at >= LOOK_MS;
}

/** The record without a chore that is over, or with the time at which it is tried again. `told`: closings that it knew. */
export function toLeft(
  record: CallRecord,
  { chore, result, isDone, told }: { chore: FollowUp; result: FollowUpResult; isDone: boolean; told: CallRecord["closings"] },
  now: number,
): CallRecord {
  const closings =
    isDone && chore === "account" ? record.closings.filter((each) => !told.includes(each)) : record.closings;
  const isLeft = (each: FollowUp) => each !== chore || !isDone || (chore === "account" && closings.length > 0);
  return {
    ...record,
    closings,
    chores: record.chores.filter(isLeft),
    choreFailures: isDone ? 0 : record.choreFailures + 1,
    choresDueAt: result.kind === "later" ? toFollowUpsDueAt(result.askedMs, now) : null,
  };
}

function replace(chores: Set<FollowUp>, old: FollowUp, chore: FollowUp): void {
  chores.delete(old);
  chores.add(chore);
}
