import type { Shown } from "../resilience/host-health.ts";
import type { Operation } from "./operation.ts";

/**
 * What went wrong in one attempt. `public-error.ts` decides what a caller is told.
 * `status`: GEN, or a proxy before it, answered with an error.
 * `timeout`: no headers within the attempt's limit.
 * `lost`: the connection was refused, reset or broken; these can't be told apart.
 * `cut`: headers arrived, but the body did not end.
 * `unreadable`: an answer that can't be GEN's (a redirect, an HTML page, a body over its size limit).
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

/** The content of a GEN error body. With no code and no text, nothing of GEN's was found in it. */
export interface GenError {
  readonly code: string | null;
  readonly text: string | null;
  /** Further members that a caller can act on, such as `errors` and `x402_credit_purchase`. */
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * The 4xx that may succeed later. Of 5xx all but 501 and 505 may: an unknown 5xx counts as 500 (RFC 9110, section 15).
 */
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
 * GEN did not start the call: 429, 503 with `Retry-After`, or `generation_busy` (another continuation is running). A
 * bare 503 does not count: a router may send one after GEN has committed.
 */
export function isTurnedAway(failure: Failure): boolean {
  if (failure.kind !== "status") return false;
  const { status, error, retryAfterMs } = failure;
  return status === 429 || (status === 503 && retryAfterMs !== null) || isBusy(error);
}

/**
 * A 4xx is a refusal, from whomever and with any body (RFC 9110, section 15.5): the call was not carried out and
 * nothing was charged. Exceptions: statuses that may pass, a 409 without a code, and a conflict about the idempotency
 * key, because a call under that key is or was in progress.
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

/** Whether the call may have been carried out although it failed. */
export function isAmbiguous(failure: Failure): boolean {
  return !isTurnedAway(failure) && !isRefused(failure);
}

/** Whether the operation may be sent again after this failure. */
export function isRepeatable(operation: Pick<Operation, "replay">, failure: Failure): boolean {
  return operation.replay !== "unsafe" || isTurnedAway(failure);
}

/** The wait that GEN asked for, in milliseconds. */
export function toRetryAfterMs(failure: Failure | null): number | null {
  return failure?.kind === "status" ? failure.retryAfterMs : null;
}

/** What an attempt has shown about GEN's host. `failure`: null when GEN answered. */
export function toShown(failure: Failure | null): Shown {
  const isFailure = failure !== null && isRetryable(failure);
  // A refusal that names a time is about the call, not about the host.
  return isFailure ? { result: "failure", askedMs: toRetryAfterMs(failure) } : { result: "success", askedMs: null };
}

/** Whether GEN itself answered. An error without a code may be from a firewall or a proxy. */
export function isCoded(failure: Failure): boolean {
  return failure.kind === "status" && failure.error.code !== null;
}

/**
 * Whether GEN may have refused the Worker's own key (`check-key.ts` finds out). A 401 without a code is a proxy's; with
 * another code it means something else.
 */
export function isKeyRejection(failure: Failure | null): boolean {
  return failure?.kind === "status" && failure.status === 401 && failure.error.code === "unauthorized";
}

/** Stands for a key refusal that is remembered rather than received. */
export const KEY_REJECTION: Failure = {
  kind: "status",
  status: 401,
  error: { code: "unauthorized", text: null, members: {} },
  retryAfterMs: null,
};
