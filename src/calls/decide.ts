import type { Submission } from "./call.ts";
import { type CallState, isLive } from "./state.ts";

/** What becomes of a submission that finds a call under its key. */
export type Decision = "new" | "join" | "in-flight" | "replay" | "reused" | "unknown";

export interface Found {
  readonly state: CallState;
  readonly fingerprint: string;
  /** Whether GEN's answer is still kept. */
  readonly hasAnswer: boolean;
}

/** One key, one intent: only a call of which nothing happened makes room for another. */
export function decide(found: Found | null, submission: Submission): Decision {
  if (found === null || found.state.kind === "free") return "new";
  if (found.fingerprint !== submission.fingerprint) return "reused";
  if (isLive(found.state)) return submission.join ? "join" : "in-flight";
  if (found.state.kind === "unknown") return "unknown";
  return found.hasAnswer ? "replay" : "reused";
}
