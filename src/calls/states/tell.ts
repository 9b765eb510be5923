/** What a call's events and follow-ups add to its story. Pure. */
import type { Failure } from "../../gen/failure.ts";
import type { FollowUpResult } from "../carry-out.ts";
import { selectNextAt } from "./next-action.ts";
import type { FollowUp } from "./record.ts";
import { type CallEvent, type CallState, isForPerson, isLive } from "./state.ts";
import type { StoryEntry, StoryWord } from "./story.ts";

/** What an event has changed. */
export function tell(before: CallState, event: CallEvent, after: CallState, now: number): StoryEntry[] {
  const at = "at" in event ? event.at : now;
  const nextAt = selectNextAt(after);
  const next = nextAt === null ? {} : { nextAt };
  const isAgain = "cancelWanted" in before && before.cancelWanted;
  const entry = toEntry(event, after, { at, next, isAgain });
  const ended = isLive(before) && !isLive(after) ? [toEnd(after)] : [];
  return [...(entry === null ? [] : [entry]), ...ended];
}

function toEntry(
  event: CallEvent,
  after: CallState,
  { at, next, isAgain }: { at: number; next: { nextAt?: number }; isAgain: boolean },
): StoryEntry | null {
  switch (event.kind) {
    case "reserved":
    case "sent":
    case "answered":
    case "adopted":
      return { at, what: event.kind };
    case "cancelled":
      return isAgain ? null : { at, what: "cancelled" };
    case "untraced":
      return { at, what: "untraced" };
    case "resolved":
      return { at, what: "resolved", charged: event.charged };
    case "unpriced":
      return { at, what: "unpriced", ...toOutcome(event.failure), ...next };
    case "failed":
      return { at, what: toFailed(after), ...toOutcome(event.failure), ...next };
    case "deferred":
      return { at, what: toFailed(after), why: event.why, ...next };
    case "held":
      return { at, what: "held", nextAt: event.until };
    case "crashed":
      return { at, what: "interrupted", ...next };
    case "not-found":
      return { at, what: "nothing_found", ...next };
    case "not-looked":
      return { at, what: "not_searched", ...next };
    case "denied":
    case "wait-over":
      return null;
  }
}

/** What a send that failed means for the call. */
function toFailed(after: CallState): StoryWord {
  if (after.kind === "reserved") return "turned_away";
  return after.kind === "not_charged" ? "refused" : "ambiguous";
}

function toEnd(state: CallState): StoryEntry {
  const at = isLive(state) ? state.acceptedAt : state.at;
  if (state.kind === "not_charged") return { at, what: "not_charged", why: state.why };
  return { at, what: state.kind === "unknown" ? "unknown" : "settled" };
}

function toOutcome(failure: Failure): Pick<StoryEntry, "outcome" | "code"> {
  if (failure.kind !== "status") return { outcome: failure.kind };
  const { status, error } = failure;
  return { outcome: String(status), ...(error.code === null ? {} : { code: error.code }) };
}

/** What a follow-up has done; nothing when that is the Worker's own affair. */
export function tellFollowUp(
  { followUp, result }: { followUp: FollowUp; result: FollowUpResult },
  state: CallState,
  at: number,
): StoryEntry[] {
  if (result.kind === "stopped") return [{ at, what: result.all ? "stopped" : "not_stopped" }];
  if (result.kind === "found") return [{ at, what: "found" }];
  if (result.kind !== "done") return [];
  if (followUp === "follow") return [{ at, what: "followed" }];
  return followUp === "notify" && isForPerson(state) ? [{ at, what: "notified" }] : [];
}
