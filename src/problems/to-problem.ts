/** Turns a failed call to GEN into the problem for its caller. */
import { type CallFacts, type FailedCall, toPublicError } from "../gen/public-error.ts";
import { toRetryAfterSeconds } from "../resilience/retry-after.ts";
import type { Charged, Problem } from "./problem.ts";

/** The `Retry-After` when nothing better is known. */
const DEFAULT_WAIT_MS = 5_000;

/** GEN says of most operations that it does not find what is there, when the agent is left out. */
const AGENT_HINT = "The request names no agent_id: this operation takes it in the query or in the body.";
const AGENT_STATUSES = [400, 404, 422];

export function toProblem(failed: FailedCall, facts: CallFacts): Problem {
  const { failure, veto, ambiguous } = failed;
  const error = toPublicError(failed, facts);
  const charged: Charged = facts.operation.charged && ambiguous ? "unknown" : "no";
  return {
    ...error,
    charged,
    veto,
    ...(mayNeedAgent(failed, facts) ? { hint: AGENT_HINT } : {}),
    ...(error.retry === "no" || error.status !== 503
      ? {}
      : { retryAfter: toRetryAfterSeconds(failed.retryAfterMs ?? DEFAULT_WAIT_MS) }),
    ...(failure?.kind === "status" ? { upstream: { status: failure.status, error_code: failure.error.code } } : {}),
  };
}

function mayNeedAgent({ failure }: FailedCall, { operation, lacksAgent }: CallFacts): boolean {
  const isRefused = failure?.kind === "status" && AGENT_STATUSES.includes(failure.status);
  return isRefused && operation.agent === "param" && lacksAgent === true;
}
