/**
 * Problems: every failure a caller sees, as RFC 9457 problem details with GEN's own two members (`error`,
 * `error_code`), so that GEN's client library can read them too.
 */
import type { Scope } from "../gen/operation.ts";
import type { Veto } from "../resilience/veto.ts";
import { OWN_PROBLEMS, type OwnProblemCode, type ProblemCode } from "./problem-codes.ts";
import type { ReasonCode } from "./reasons.ts";

/** Whether credits were spent. `unknown`: GEN may have charged, but the answer was lost. */
export type Charged = "no" | "yes" | "unknown";

export interface Problem {
  readonly code: ProblemCode;
  readonly status: number;
  /** The specific reason, when the Worker itself refuses the request. */
  readonly reason?: ReasonCode;
  /** Appended to `developer_detail`. Never holds anything that the caller or GEN has sent. */
  readonly hint?: string;
  /** GEN's own text, where it helps to correct the input. */
  readonly genText?: string;
  readonly retry: "yes" | "no" | "same_key";
  /** Whole seconds. */
  readonly retryAfter?: number;
  readonly charged: Charged;
  readonly veto?: Veto;
  readonly upstream?: { readonly status: number; readonly error_code: string | null };
  /** Further members of GEN's error body. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

type FixedProblemCode = Exclude<OwnProblemCode, "gen_rejected_request" | "scope_required">;

/** A refusal by the Worker itself: nothing was sent to GEN. */
export function refuse(code: FixedProblemCode, more: Pick<Problem, "reason" | "hint" | "headers"> = {}): Problem {
  return { code, status: OWN_PROBLEMS[code], retry: code === "request_timeout" ? "yes" : "no", charged: "no", ...more };
}

/** The policy lacks this scope. */
export function refuseForScope(scope: Scope | "pipelines" | "operator"): Problem {
  const members = { required_scope: scope };
  return { code: "scope_required", status: OWN_PROBLEMS.scope_required, retry: "no", charged: "no", members };
}

/** The input is not what is expected. `path`: the member, empty for the whole input. */
export function refuseInvalid(errors: readonly { readonly path: string; readonly message: string }[]): Problem {
  return { ...refuse("input_invalid"), members: { errors } };
}

/** One answer for a resource that does not exist and for one that belongs to somebody else. */
export const NOT_FOUND: Problem = { code: "not_found", status: 404, retry: "no", charged: "no" };

/** A value, or the problem that prevented it. */
export type Result<T> = { readonly ok: true; readonly value: T } | Failed;

export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

interface Failed {
  readonly ok: false;
  readonly problem: Problem;
}

export function failed(problem: Problem): Failed {
  return { ok: false, problem };
}

export function refused(...args: Parameters<typeof refuse>): Failed {
  return failed(refuse(...args));
}
