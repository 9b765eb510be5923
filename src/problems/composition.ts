/**
 * Which sentences about credits and about trying again stand beside a problem's own texts. Each code is decided here: one that is not
 * does not compile.
 */
import type { Charged, Problem } from "./problem.ts";
import type { ProblemCode } from "./problem-codes.ts";

export interface Composition {
  /** What this code says of credits wherever it is answered; `varies`: that depends on the call. */
  readonly charged: Charged | "varies";
  /** Whether "no credits" is said: not where nobody would think of credits. What may have cost some is always said. */
  readonly saysCredits: boolean;
  /** Whether trying again helps, wherever it is answered; `varies`: it does, and whether under the same key depends on the call. */
  readonly retry: Problem["retry"] | "varies";
  /**
   * `wait`: when to try again, if that helps. `correct`: that only a correction helps. `itself`: the action says all that is to be
   * said.
   */
  readonly saysRetry: "wait" | "correct" | "itself";
}

/** Refused for what the person has entered or chosen: only a correction helps. */
const INPUT = { charged: "no", saysCredits: true, retry: "no", saysRetry: "correct" } as const;
/** A paid action that is not to be had this way: the action says what is. */
const NOT_SOLD = { charged: "no", saysCredits: true, retry: "no", saysRetry: "itself" } as const;
/** Nobody thinks of credits: access, addresses, things that are not there. */
const PLAIN = { charged: "no", saysCredits: false, retry: "no", saysRetry: "itself" } as const;
/** The same, and it passes. */
const PASSING = { charged: "no", saysCredits: false, retry: "yes", saysRetry: "wait" } as const;
/** A fault at GEN, or on the way to it. */
const FAULT = { charged: "varies", saysCredits: true, retry: "varies", saysRetry: "wait" } as const;
/** The same, and it does not pass. */
const FINAL_FAULT = { charged: "varies", saysCredits: true, retry: "no", saysRetry: "itself" } as const;

export const COMPOSITION = {
  bad_request: NOT_SOLD,
  unauthorized: PLAIN,
  scope_required: PLAIN,
  agent_not_allowed: PLAIN,
  origin_not_allowed: PLAIN,
  unknown_operation: PLAIN,
  route_not_found: PLAIN,
  method_not_allowed: PLAIN,
  request_timeout: { charged: "no", saysCredits: true, retry: "yes", saysRetry: "wait" },
  body_too_large: INPUT,
  unsupported_media_type: NOT_SOLD,
  idempotency_in_flight: { charged: "varies", saysCredits: true, retry: "same_key", saysRetry: "itself" },
  idempotency_key_reused: NOT_SOLD,
  answer_expired: { charged: "varies", saysCredits: false, retry: "no", saysRetry: "itself" },
  call_cancelled: NOT_SOLD,
  input_invalid: INPUT,
  nothing_to_resolve: PLAIN,
  idempotency_key_required: NOT_SOLD,
  operation_not_allowed: PLAIN,
  sheet_not_allowed: PLAIN,
  generation_not_allowed: NOT_SOLD,
  price_over_limit: NOT_SOLD,
  price_unknown: NOT_SOLD,
  rate_limited: PASSING,
  charges_paused: NOT_SOLD,
  sign_in_unavailable: PASSING,
  quota_exhausted: NOT_SOLD,
  budget_exhausted: NOT_SOLD,
  too_many_watchers: PLAIN,
  outcome_pending: { charged: "varies", saysCredits: false, retry: "no", saysRetry: "itself" },
  not_taken_in_time: { charged: "no", saysCredits: false, retry: "yes", saysRetry: "itself" },
  temporarily_unavailable: { charged: "varies", saysCredits: false, retry: "varies", saysRetry: "wait" },
  not_configured: NOT_SOLD,
  internal: { charged: "varies", saysCredits: false, retry: "no", saysRetry: "itself" },
  gen_bad_response: FINAL_FAULT,
  gen_unreachable: FAULT,
  outcome_unknown: { charged: "varies", saysCredits: false, retry: "no", saysRetry: "itself" },
  gen_rate_limited: FAULT,
  gen_unavailable: FAULT,
  gen_timeout: FAULT,
  gen_rejected_request: FINAL_FAULT,
  gen_key_rejected: NOT_SOLD,
  payment_required: NOT_SOLD,
  permission_denied: PLAIN,
  not_found: PLAIN,
  spreadsheet_not_found: INPUT,
  project_not_found: PLAIN,
  user_job_not_found: PLAIN,
  user_voice_resource_not_found: PLAIN,
  character_not_found: PLAIN,
  look_not_found: PLAIN,
  talking_character_not_found: PLAIN,
  avatar_not_found: PLAIN,
  change_set_not_found: PLAIN,
  agent_not_found: PLAIN,
  organization_not_found: PLAIN,
  usable_gen_credit_required: NOT_SOLD,
  no_active_credit_purchase: NOT_SOLD,
  insufficient_credits_for_job: NOT_SOLD,
  job_cannot_be_stopped: PLAIN,
  job_status_invalid: PLAIN,
  undo_conflict: PLAIN,
  redo_conflict: PLAIN,
  nothing_to_undo: PLAIN,
  nothing_to_redo: PLAIN,
  queue_full: PLAIN,
  invalid_transition: PLAIN,
  already_sent: PLAIN,
  idempotency_conflict: FINAL_FAULT,
  generation_busy: NOT_SOLD,
  validation_error: INPUT,
  invalid_action: INPUT,
  file_size_exceeded: INPUT,
  invalid_content_type: INPUT,
  voice_id_required: INPUT,
  invalid_api_key: INPUT,
  agent_creation_failed: INPUT,
  agent_update_failed: INPUT,
  avatar_creation_failed: INPUT,
  avatar_update_failed: INPUT,
  content_resource_creation_failed: INPUT,
  direct_upload_failed: INPUT,
  folder_removal_failed: PLAIN,
  platform_validation_failed: INPUT,
  post_not_published: PLAIN,
  tiktok_private_only: INPUT,
} as const satisfies Record<ProblemCode, Composition>;
