import { findOperation } from "../../gen/operations.ts";
import { toBudgets } from "../../money/spending.ts";
import type { Submission } from "../call.ts";
import { findPipelineOf } from "../pipeline-client.ts";
import { type Booking, type CallRecord, type FollowUp, type Settlement, toAcceptedAt } from "./record.ts";

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

interface EarlierSubmission extends CallSubmission {
  readonly allowance?: { chargesPerDay: number | null; creditsPerDay: number | null; maxCredits: number | null };
}

type CallSubmission = Omit<Submission, "body">;

/** An earlier version knew two daily quotas of a client, and one limit of a call. */
function toSubmission({ allowance, ...submission }: EarlierSubmission): CallSubmission {
  const { clientId, requestId, spending } = submission;
  const { chargesPerDay = null, creditsPerDay = null, maxCredits = null } = allowance ?? {};
  const limits = { chargesPerDay: chargesPerDay ?? undefined, creditsPerDay: creditsPerDay ?? undefined };
  return {
    ...submission,
    requestId: requestId ?? null,
    spending: spending ?? {
      payer: clientId,
      pipeline: findPipelineOf(clientId),
      type: null,
      budgets: toBudgets({ of: "client", name: clientId }, limits),
      maxCredits,
      prices: {},
    },
  };
}

const BOOKED: readonly string[] = ["reserved", "sending", "collecting", "unknown"];

/** A call that an earlier version has sent, or was about to, is in the ledger from its end on. */
function toBooking({ submission, state, booking, ...record }: CallRecord): Booking | null {
  if (booking !== undefined) return booking;
  if (!BOOKED.includes(state.kind) || !findOperation(submission.operation).charged) return null;
  return { at: toAcceptedAt({ submission, state, booking, ...record }), asked: false };
}

/** What an earlier version has spent stays in the account of its day. */
function toSettlements(stored: readonly (Settlement & { readonly spent?: boolean })[]): Settlement[] {
  return stored.filter(({ spent }) => spent !== true);
}

/**
 * A record as it was stored, by this version or an earlier one, which called the state `not_charged` `free` and did not
 * store the request's id.
 */
export function toCallRecord(stored: object): CallRecord {
  const renamed = Object.entries(stored).map(([name, value]) => [EARLIER_NAMES.get(name) ?? name, value]);
  const read: CallRecord = Object.fromEntries(renamed);
  const record = {
    ...read,
    submission: toSubmission(read.submission),
    booking: toBooking(read),
    settlements: toSettlements(read.settlements),
    followUps: toFollowUps(read.followUps),
  };
  const kind: string = record.state.kind;
  return kind === "free"
    ? { ...record, state: { ...record.state, kind: "not_charged" } as CallRecord["state"] }
    : record;
}
