import type { Shown } from "../resilience/host-health.ts";
import type { Operation } from "./operation.ts";

/**
 * What went wrong with one attempt, as a fact. What a caller is told about it is decided elsewhere, once.
 * `status`: GEN, or something in front of it, answered with an error. `timeout`: no headers within the attempt's
 * limit. `lost`: the connection was refused, reset or broke; the three can't be told apart. `cut`: the headers came,
 * the body did not end. `unreadable`: an answer that can't be GEN's (a redirect, a page, a body past its bound).
 */
export type Failure =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly error: GenError;
      readonly retryAfterMs: number | null;
    }
  | { readonly kind: "timeout" }
  | { readonly kind: "lost" }
  | { readonly kind: "cut"; readonly status: number }
  | { readonly kind: "unreadable"; readonly status: number };

/** What an error body of GEN says, whichever of its shapes it has. All null: nothing of GEN's was found in it. */
export interface GenError {
  readonly code: string | null;
  readonly text: string | null;
  /** GEN's further members that a caller can act on: `errors`, `x402_credit_purchase` and their like. */
  readonly members: Readonly<Record<string, unknown>>;
}

/** Of 4xx. Any 5xx but "not implemented" and "version not supported" may pass: an unknown one is a 500 (RFC 9110 15). */
const PASSING_STATUS = new Set([408, 425, 429]);
const LASTING_STATUS = new Set([501, 505]);

export function isRetryable(failure: Failure): boolean {
  switch (failure.kind) {
    case "status":
      return failure.status >= 500 ? !LASTING_STATUS.has(failure.status) : PASSING_STATUS.has(failure.status);
    case "timeout":
    case "lost":
    case "cut":
      return true;
    case "unreadable":
      return false;
  }
}

/**
 * GEN said that it did nothing now: a 429, a 503 that names a time, or a continuation that another one is in the way of.
 * A bare 503 can come from a router after a commit.
 */
export function isTurnedAway(failure: Failure): boolean {
  if (failure.kind !== "status") return false;
  const { status, error, retryAfterMs } = failure;
  return status === 429 || (status === 503 && retryAfterMs !== null) || isBusy(error);
}

/**
 * A 4xx is a refusal, whoever gives it and whatever its body (RFC 9110 15.5): the call was not carried out, nothing was
 * charged. Not so when it may pass by itself, when it is a conflict that nobody explains, and when it is the key that
 * conflicts: something is, or was, under way under it.
 */
export function isRefused(failure: Failure): boolean {
  if (failure.kind !== "status") return false;
  const { status, error } = failure;
  if (status < 400 || status >= 500 || PASSING_STATUS.has(status) || isBusy(error)) return false;
  return error.code === null ? status !== 409 : error.code !== "idempotency_conflict";
}

function isBusy({ code }: GenError): boolean {
  return code === "generation_busy";
}

/** Whether the call may have been carried out, though it failed. */
export function isAmbiguous(failure: Failure): boolean {
  return !isTurnedAway(failure) && !isRefused(failure);
}

/** Whether the operation may be sent again after this failure. */
export function isRepeatable(operation: Pick<Operation, "replay">, failure: Failure): boolean {
  return operation.replay !== "unsafe" || isTurnedAway(failure);
}

/** What GEN asked to wait, in milliseconds. */
export function toRetryAfterMs(failure: Failure | null): number | null {
  return failure?.kind === "status" ? failure.retryAfterMs : null;
}

/** What an attempt has shown of GEN's host: null for one that was answered. */
export function toShown(failure: Failure | null): Shown {
  const isFailure = failure !== null && isRetryable(failure);
  return { result: isFailure ? "failure" : "success", askedMs: toRetryAfterMs(failure) };
}

/** GEN itself has spoken: what has no code of its own may be a firewall's or a proxy's. */
export function isCoded(failure: Failure): boolean {
  return failure.kind === "status" && failure.error.code !== null;
}

/** GEN may have refused the Worker's own key (`check-key.ts`). An uncoded 401 is some proxy's, another code means something else. */
export function isKeyRejection(failure: Failure | null): boolean {
  return failure?.kind === "status" && failure.status === 401 && failure.error.code === "unauthorized";
}

/** GEN's refusal of the Worker's key, as it is remembered. */
export const KEY_REJECTION: Failure = {
  kind: "status",
  status: 401,
  error: { code: "unauthorized", text: null, members: {} },
  retryAfterMs: null,
};
