import type { Submission } from "../call.ts";
import { type CallState, isLive } from "./state.ts";

/** What to do with a submission, given the call under its key. */
type Decision = "new" | "join" | "in-flight" | "replay" | "expired" | "reused" | "unknown";

export interface KnownCall {
  readonly state: CallState;
  readonly fingerprint: string;
  /** Whether GEN's answer is stored. A live call has one when GEN asked to be called again. */
  readonly hasAnswer: boolean;
}

/**
 * One key, one intent: a key can be used again only if its call was not charged. A run submits its own call again to
 * learn the outcome, so a call that was cancelled meanwhile stays cancelled.
 */
export function decide(found: KnownCall | null, submission: Submission): Decision {
  if (found === null) return "new";
  if (found.state.kind === "not_charged")
    return found.state.why === "cancelled" && submission.listener ? "replay" : "new";
  if (found.fingerprint !== submission.fingerprint) return "reused";
  // With an answer, GEN asked the client to call again, and it does.
  if (isLive(found.state)) return submission.join || found.hasAnswer ? "join" : "in-flight";
  if (found.state.kind === "unknown") return "unknown";
  return found.hasAnswer ? "replay" : "expired";
}
