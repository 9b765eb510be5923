/** What a call's states and entries mean, in words. Pure. What is not known here is shown as it is named. */
import type { CallRow, Failure, StoryEntry } from "../api/answers.ts";

export function toState({ state, untraced }: Pick<CallRow, "state"> & { readonly untraced?: boolean }): string {
  return untraced ? "untraced" : state;
}

const STATES: Readonly<Record<string, string>> = {
  accepted: "Accepted, and not sent to GEN yet.",
  reserved: "Ready to be sent to GEN.",
  sending: "A request to GEN is under way.",
  collecting: "Sent, with no answer that says how it ended. It is asked for again, under the same key.",
  settled: "Ended: GEN has answered, or what it started was found.",
  not_charged: "Ended without a charge.",
  unknown: "It may have been charged, and can’t be found out any more. Look at GEN, then resolve it.",
  untraced: "GEN has carried it out, but what it started is not known. Look at GEN, then resolve it.",
};

export function explainState(state: string): string {
  return STATES[state] ?? "";
}

const CHARGED: Readonly<Record<string, string>> = { yes: "yes", no: "no", unknown: "not known" };

export function toCharged(charged: string): string {
  return CHARGED[charged] ?? charged;
}

export function describeFailure({ status, error_code, kind }: Failure): string {
  if (status === undefined) return (kind ?? "failed").replaceAll("_", " ");
  return error_code ? `${status} ${error_code}` : String(status);
}

export const WHAT = {
  accepted: "Accepted",
  joined: "Another request joined it",
  reserved: "Ready to be sent",
  unpriced: "GEN named no price",
  sent: "Sent to GEN",
  answered: "GEN answered",
  turned_away: "GEN was busy and did nothing",
  refused: "GEN refused it",
  ambiguous: "Not known whether GEN has done it",
  held: "Held back",
  interrupted: "The Worker stopped in the middle of a send",
  nothing_found: "Looked at GEN for what it may have started: nothing was found",
  not_searched: "What it may have started could not be looked for",
  adopted: "Found what it has started",
  cancelled: "Cancelled",
  settled: "Settled",
  not_charged: "Ended without a charge",
  unknown: "Given up: an operator must look",
  untraced: "Carried out, but what it started is not known",
  resolved: "Resolved by an operator",
  found: "What it started was found",
  followed: "Its generation is followed to its end",
  stopped: "What it started was stopped",
  not_stopped: "What it started could not be stopped",
  notified: "A notification was sent",
} as const;

export function describeEntry({ what, outcome, error_code, why, charged }: StoryEntry): string {
  const text = Object.hasOwn(WHAT, what) ? WHAT[what as keyof typeof WHAT] : what.replaceAll("_", " ");
  const details = [outcome, error_code, why?.replaceAll("_", " "), toResolution(charged)].filter(Boolean);
  return details.length === 0 ? text : `${text}: ${details.join(", ")}`;
}

function toResolution(charged: boolean | undefined): string | null {
  if (charged === undefined) return null;
  return charged ? "it was charged" : "it was not charged";
}

const LIVE = new Set(["accepted", "reserved", "sending", "collecting"]);

export function isLive(state: string): boolean {
  return LIVE.has(state);
}
