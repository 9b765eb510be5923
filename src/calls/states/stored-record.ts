import type { CallRecord, FollowUp } from "./record.ts";

/** Records written before 2026-11-27 have these members under their earlier names. */
const EARLIER_NAMES: ReadonlyMap<string, keyof CallRecord> = new Map([
  ["subjects", "jobs"],
  ["chores", "followUps"],
  ["choreFailures", "followUpFailures"],
  ["choresDueAt", "followUpsDueAt"],
  ["closings", "settlements"],
]);

/** Follow-ups of earlier versions: both changed the operators' list of unknown calls. */
const EARLIER_FOLLOW_UPS: readonly string[] = ["list", "unlist"];

function toFollowUps(stored: readonly string[]): CallRecord["followUps"] {
  return [...new Set(stored.map((name) => (EARLIER_FOLLOW_UPS.includes(name) ? "show" : name) as FollowUp))];
}

/**
 * A record as it was stored, by this version or an earlier one, which called the state `not_charged` `free` and did not
 * store the request's id.
 */
export function toCallRecord(stored: object): CallRecord {
  const renamed = Object.entries(stored).map(([name, value]) => [EARLIER_NAMES.get(name) ?? name, value]);
  const read: CallRecord = Object.fromEntries(renamed);
  const submission = { ...read.submission, requestId: read.submission.requestId ?? null };
  const record = { ...read, submission, followUps: toFollowUps(read.followUps) };
  const kind: string = record.state.kind;
  return kind === "free"
    ? { ...record, state: { ...record.state, kind: "not_charged" } as CallRecord["state"] }
    : record;
}
