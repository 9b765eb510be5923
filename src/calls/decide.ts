import type { Submission } from "./call.ts";
import { type CallState, isLive } from "./state.ts";

/** What becomes of a submission that finds a call under its key. */
type Decision = "new" | "join" | "in-flight" | "replay" | "expired" | "reused" | "unknown";

export interface KnownCall {
  readonly state: CallState;
  readonly fingerprint: string;
  /** Whether GEN's answer is kept still; of a live call, that GEN wants to be asked again. */
  readonly hasAnswer: boolean;
}

/**
 * One key, one intent: only a call of which nothing happened makes room for another. A run comes back to its own call
 * to see what became of it: one that was called off meanwhile stays so.
 */
export function decide(found: KnownCall | null, submission: Submission): Decision {
  if (found === null) return "new";
  if (found.state.kind === "not_charged")
    return found.state.why === "cancelled" && submission.listener ? "replay" : "new";
  if (found.fingerprint !== submission.fingerprint) return "reused";
  // GEN has said to come back, and its client does.
  if (isLive(found.state)) return submission.join || found.hasAnswer ? "join" : "in-flight";
  if (found.state.kind === "unknown") return "unknown";
  return found.hasAnswer ? "replay" : "expired";
}
