/** The outcome of one attempt to send a notification. */
export type PostOutcome =
  | { readonly kind: "answer"; readonly status: number; readonly retryAfterMs: number | null }
  /** `interrupted`: the object stopped during the attempt. `not-configured`: `NOTIFY_URL` is no longer set. */
  | { readonly kind: "timeout" | "lost" | "interrupted" | "not-configured" };

/** One word for the log: the status, or the kind of failure. */
export function describePost(outcome: PostOutcome): string {
  return outcome.kind === "answer" ? String(outcome.status) : outcome.kind;
}

export function isSuccess(outcome: PostOutcome): boolean {
  return outcome.kind === "answer" && outcome.status >= 200 && outcome.status < 300;
}

/** The wait that the receiver asked for, in milliseconds. Only with 429 and 503 (RFC 6585, RFC 9110). */
export function toAskedMs(outcome: PostOutcome): number {
  const asks = outcome.kind === "answer" && (outcome.status === 429 || outcome.status === 503);
  return asks ? (outcome.retryAfterMs ?? 0) : 0;
}
