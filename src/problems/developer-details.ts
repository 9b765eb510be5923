/**
 * What a problem's `developer_detail` says: the header, member or bound that is meant, for the author of the app that calls the
 * Worker. English alone.
 */
import type { Problem } from "./problem.ts";
import type { ProblemCode } from "./problem-codes.ts";
import { REASONS } from "./reasons.ts";

/** What is true of a code whenever it is answered. */
const DETAILS: { readonly [Code in ProblemCode]?: string } = {
  scope_required: "The policy of this key or user lacks the scope that this needs: required_scope.",
  agent_not_allowed: "agent_id is not among the agents of the policy.",
  origin_not_allowed:
    "The Origin header is not among the origins of the policy (--origins). Another name or port of the same machine is another origin.",
  unknown_operation: "No operation has this method and path; /docs lists them.",
  route_not_found: "No route matches this path; /docs lists them.",
  method_not_allowed: "The Allow header lists the methods of this path.",
  body_too_large: "The body is over the limit for its type; docs/calling.md lists the limits.",
  idempotency_in_flight:
    "A call under this Idempotency-Key is being worked on. Repeat it after Retry-After, wait with Prefer: wait=N, or follow Location.",
  idempotency_key_reused:
    "This Idempotency-Key was used for another method, path, query or body. Send a new key with a new request.",
  answer_expired: "An answer is kept for 24 hours. Location names the call and what it has started.",
  call_cancelled: "The call under this Idempotency-Key was cancelled (DELETE). The same key can be used again.",
  input_invalid: "The member errors lists what does not fit, where it is known.",
  nothing_to_resolve: "Only a call in the state unknown, or one that is untraced, can be resolved; see state.",
  idempotency_key_required:
    "A charged call of a user needs an Idempotency-Key header of 1–255 printable ASCII characters.",
  operation_not_allowed: "The policy does not allow this operation, or an operation of this kind under its bounds.",
  sheet_not_allowed: "The path names no sheet among those of the policy.",
  generation_not_allowed: "The policy's bounds do not allow this generation.",
  price_over_limit: "GEN's estimate (estimated_credits) is over the policy's limit for one call (max_credits).",
  price_unknown:
    "A limit in credits applies, GEN's estimate names no price for this body, and no price is named for it (--price, PRICES).",
  rate_limited: "The rate limit of this client, ticket or address is reached; see Retry-After and RateLimit.",
  charges_paused: "An operator has paused charges (npm run charges, CHARGES_PAUSED), or the policy is paused.",
  sign_in_unavailable: "The issuer's keys or the clients' records could not be fetched.",
  quota_exhausted:
    "Less is left of the policy's charged calls or credits for this day (UTC) than this needs: quota says of which, and how much. GET /v1/usage says it, too.",
  budget_exhausted:
    "Less is left of a budget than this needs: budget says of which, how much, and when it begins anew. GET /v1/usage lists the caller's own.",
  too_many_watchers:
    "The event stream of this generation has as many readers as it may. Poll GET /v1/generations/:id instead.",
  outcome_pending:
    "The call goes on. Follow Location, or repeat it with the same Idempotency-Key. Under a new key it could be charged twice.",
  not_taken_in_time: "The webhook's budget (WEBHOOK_BUDGET_MS) was over. Deliver it again.",
  temporarily_unavailable: "A Durable Object could not be reached.",
  not_configured:
    "A variable or a secret of the Worker is missing or wrong. GET /health names it; its owner must mend it.",
  internal: "The request ID leads to the log line, which has the reason.",
  gen_bad_response:
    "GEN's answer is no answer of GEN: a redirect, a page, a body past its bound, or an error without a code.",
  gen_unreachable: "The connection was refused, reset or cut.",
  outcome_unknown:
    "The call may have been carried out. Look before you repeat it: a new Idempotency-Key could be charged twice.",
  gen_rate_limited: "GEN answered 429 until the attempts or the time were used up.",
  gen_unavailable:
    "GEN answered with 5xx until the attempts or the time were used up, or its circuit is open; see veto.",
  gen_timeout: "No answer within the budget. Prefer: wait=N asks for a longer one.",
  gen_rejected_request: "GEN answered with a code that is not in the catalogue; see upstream.",
  gen_key_rejected: "GEN answered 401 to the Worker's own key. An operator must act.",
  idempotency_conflict: "GEN knows this idempotency key with another request.",
};

const SAME_KEY = "Repeat it with the same Idempotency-Key: under it nothing is done or charged twice.";

/** Null when there is nothing to add. */
export function toDeveloperDetail({ code, reason, hint, retry }: Problem): string | null {
  const specific = reason === undefined ? DETAILS[code] : REASONS[reason];
  const more = retry === "same_key" && code !== "idempotency_in_flight" ? SAME_KEY : undefined;
  return [specific, hint, more].filter((text) => text !== undefined).join(" ") || null;
}
