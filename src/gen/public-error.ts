/**
 * The public error of a failed call: the only place that maps failures to public codes. GEN's texts are passed on only
 * for codes whose text helps to correct the input.
 */
import type { GenResult } from "./client.ts";
import { type CatalogueEntry, GEN_ERRORS, type GenPublicCode, isGenErrorCode } from "./error-catalogue.ts";
import { type Failure, type GenError, isAmbiguous, isRetryable } from "./failure.ts";
import type { Operation } from "./operation.ts";

export type FailedCall = Extract<GenResult, { kind: "failure" }>;

export interface CallFacts {
  readonly operation: Operation;
  /** Whether the caller chose the idempotency key, so that it can repeat the call with it. */
  readonly ownKey: boolean;
  /** Whether the request names no agent, in the query or the body. */
  readonly lacksAgent?: boolean;
}

/** Codes for failures that have no GEN error code. */
type FaultCode =
  | "request_timeout"
  | "outcome_unknown"
  | "gen_timeout"
  | "gen_unreachable"
  | "gen_bad_response"
  | "gen_key_rejected"
  | "gen_rate_limited"
  | "gen_unavailable"
  | "gen_rejected_request";

export interface PublicError {
  readonly code: FaultCode | GenPublicCode;
  readonly status: number;
  readonly retry: "yes" | "no" | "same_key";
  /** GEN's own text, where it helps to correct the input. */
  readonly genText?: string;
  /** Further members of GEN's error body. */
  readonly members?: Readonly<Record<string, unknown>>;
}

export function toPublicError(failed: FailedCall, facts: CallFacts): PublicError {
  const { failure, ambiguous } = failed;
  if (failure === null) return selectUntried(failed, facts.operation);
  const fault = selectFault(failure);
  if (fault === null) return refusal(failure as StatusFailure, facts.operation);
  if (!ambiguous || facts.operation.replay === "safe") return fault;
  if (facts.operation.replay === "keyed" && facts.ownKey)
    return fault.retry === "no" ? fault : { ...fault, retry: "same_key" };
  return mayHaveHappened(failure) || facts.operation.replay === "keyed" ? OUTCOME_UNKNOWN : fault;
}

/**
 * No attempt was made: GEN had asked for a pause, the circuit is open, or reading the request's body took all the time.
 */
function selectUntried({ veto, retryAfterMs }: FailedCall, { method }: Operation): PublicError {
  if (veto !== "no-time") return busy("gen_unavailable");
  if (retryAfterMs !== null) return busy("gen_rate_limited");
  return method === "GET"
    ? { code: "gen_timeout", status: 504, retry: "yes" }
    : { code: "request_timeout", status: 408, retry: "yes" };
}

const OUTCOME_UNKNOWN: PublicError = { code: "outcome_unknown", status: 502, retry: "no" };
const BAD_RESPONSE: PublicError = { code: "gen_bad_response", status: 502, retry: "no" };

type StatusFailure = Extract<Failure, { kind: "status" }>;

/** A fault at GEN or on the way to it; null when GEN refused this particular request. */
function selectFault(failure: Failure): PublicError | null {
  switch (failure.kind) {
    case "timeout":
      return { code: "gen_timeout", status: 504, retry: "yes" };
    case "lost":
    case "cut":
      return { code: "gen_unreachable", status: 502, retry: "yes" };
    case "unreadable":
      return BAD_RESPONSE;
    case "status":
      return selectStatusFault(failure);
  }
}

/** Without a GEN error code these come from a firewall or a proxy. */
const UNCODED = new Set([401, 403, 404]);

function selectStatusFault(failure: StatusFailure): PublicError | null {
  const { status, error } = failure;
  if (status === 429) return busy("gen_rate_limited");
  if (status === 408 || status === 504) return { code: "gen_timeout", status: 504, retry: "yes" };
  if (status >= 500 || status === 425) return isRetryable(failure) ? busy("gen_unavailable") : BAD_RESPONSE;
  if (status === 401 && error.code !== null) return { code: "gen_key_rejected", status: 502, retry: "no" };
  if (status === 407 || (UNCODED.has(status) && error.code === null)) return BAD_RESPONSE;
  // The call it conflicts with may be an earlier attempt of this one.
  if (status === 409 && error.code === null) return unknownRefusal(status, error);
  return null;
}

function busy(code: "gen_rate_limited" | "gen_unavailable"): PublicError {
  return { code, status: 503, retry: "yes" };
}

/**
 * Neither refused nor turned away: GEN, or a proxy on the way, may have been working on the call when the answer
 * failed.
 */
function mayHaveHappened(failure: Failure): boolean {
  return failure.kind === "unreadable" ? failure.status < 300 : isAmbiguous(failure);
}

function refusal({ status, error }: StatusFailure, operation: Operation): PublicError {
  const { code } = error;
  if (code === null || !isGenErrorCode(code)) return unknownRefusal(status, error);
  const entry: CatalogueEntry = GEN_ERRORS[code];
  const inPath = entry.statusInPath !== undefined && isNamedInPath(code, operation);
  return {
    code: (entry.code ?? code) as GenPublicCode,
    status: inPath || status === 404 ? (entry.statusInPath ?? entry.status) : entry.status,
    retry: "no",
    ...(entry.passText && error.text !== null ? { genText: error.text } : {}),
    ...passMembers(error, entry),
  };
}

function isNamedInPath(code: string, operation: Operation): boolean {
  return operation.path.includes(code === "organization_not_found" ? ":organization" : ":agent");
}

/** A code that is not in the catalogue: the status decides. */
function unknownRefusal(status: number, error: GenError): PublicError {
  const byStatus: Readonly<Record<number, GenPublicCode>> = {
    402: "payment_required",
    403: "permission_denied",
    404: "not_found",
  };
  const code = (error.code !== null && byStatus[status]) || "gen_rejected_request";
  return { code, status, retry: "no", ...(status === 402 ? passMembers(error, { status }) : {}) };
}

/** Members that list corrections go with a passed-on text; the offer to buy credits goes with a 402. */
function passMembers({ members }: GenError, entry: CatalogueEntry): Pick<PublicError, "members"> {
  if (!entry.passText && entry.status !== 402) return {};
  return Object.keys(members).length > 0 ? { members } : {};
}
