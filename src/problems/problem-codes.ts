import type { GenPublicCode } from "../gen/error-catalogue.ts";

/** The Worker's own codes and the status each is answered with. */
export const OWN_PROBLEMS = {
  bad_request: 400,
  idempotency_key_required: 400,
  unauthorized: 401,
  scope_required: 403,
  agent_not_allowed: 403,
  origin_not_allowed: 403,
  operation_not_allowed: 403,
  sheet_not_allowed: 403,
  generation_not_allowed: 403,
  price_over_limit: 403,
  price_unknown: 403,
  unknown_operation: 404,
  route_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  idempotency_in_flight: 409,
  idempotency_key_reused: 409,
  answer_expired: 409,
  call_cancelled: 409,
  nothing_to_resolve: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  input_invalid: 422,
  too_many_watchers: 429,
  rate_limited: 429,
  quota_exhausted: 429,
  budget_exhausted: 429,
  internal: 500,
  gen_bad_response: 502,
  gen_unreachable: 502,
  outcome_unknown: 502,
  not_configured: 503,
  charges_paused: 503,
  sign_in_unavailable: 503,
  temporarily_unavailable: 503,
  not_taken_in_time: 503,
  gen_rate_limited: 503,
  gen_unavailable: 503,
  gen_timeout: 504,
  outcome_pending: 504,
} as const;

export type OwnProblemCode = keyof typeof OWN_PROBLEMS | "gen_rejected_request";

/** Every `error_code` of a problem. Stable: programs match on them. */
export type ProblemCode = OwnProblemCode | GenPublicCode;
