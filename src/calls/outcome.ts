import type { Outcome } from "../gen/attempt.ts";

/** GEN did nothing yet: a person must confirm (428), or something else must be ready first (202, sheet actions). */
export function isDeferral(status: number, content: unknown): boolean {
  if (status === 428) return true;
  return (
    status === 202 &&
    typeof content === "object" &&
    content !== null &&
    "retryable" in content &&
    content.retryable === true
  );
}

/** What GEN asked to wait, in milliseconds. */
export function toRetryAfterMs(outcome: Outcome): number | null {
  return outcome.kind === "failure" && outcome.failure.kind === "status" ? outcome.failure.retryAfterMs : null;
}
