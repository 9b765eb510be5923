import type { CallRecord } from "./record.ts";

/** Records written before 2026-11-27 have these members under their earlier names. */
const EARLIER_NAMES: ReadonlyMap<string, keyof CallRecord> = new Map([
  ["subjects", "jobs"],
  ["chores", "followUps"],
  ["choreFailures", "followUpFailures"],
  ["choresDueAt", "followUpsDueAt"],
  ["closings", "settlements"],
]);

/**
 * A record as it was stored, by this version or an earlier one, which called the state `not_charged` `free` and did not
 * store the request's id.
 */
export function toCallRecord(stored: object): CallRecord {
  const renamed = Object.entries(stored).map(([name, value]) => [EARLIER_NAMES.get(name) ?? name, value]);
  const read: CallRecord = Object.fromEntries(renamed);
  const record = { ...read, submission: { ...read.submission, requestId: read.submission.requestId ?? null } };
  const kind: string = record.state.kind;
  return kind === "free"
    ? { ...record, state: { ...record.state, kind: "not_charged" } as CallRecord["state"] }
    : record;
}
