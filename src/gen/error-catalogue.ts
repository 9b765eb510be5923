/**
 * GEN's error codes and the public error of each: its status and, where GEN's own name would mislead, its code. Source:
 * GEN's error guide and the reference of each resource.
 * `passText` marks codes whose text from GEN helps the caller to correct the input; other texts are not passed on.
 */
export interface CatalogueEntry {
  readonly status: number;
  /** The public code, when it is not GEN's own. */
  readonly code?: string;
  readonly passText?: true;
  /** The status when the path named what was not found. */
  readonly statusInPath?: number;
}

export const GEN_ERRORS = {
  unauthorized: { status: 502, code: "gen_key_rejected" },
  payment_required: { status: 402 },
  permission_denied: { status: 403 },
  forbidden: { status: 403, code: "permission_denied" },

  not_found: { status: 404 },
  spreadsheet_not_found: { status: 404 },
  project_not_found: { status: 404 },
  user_job_not_found: { status: 404 },
  user_voice_resource_not_found: { status: 404 },
  character_not_found: { status: 404 },
  look_not_found: { status: 404 },
  talking_character_not_found: { status: 404 },
  avatar_not_found: { status: 404 },
  change_set_not_found: { status: 404 },
  agent_not_found: { status: 422, statusInPath: 404 },
  organization_not_found: { status: 422, statusInPath: 404 },

  usable_gen_credit_required: { status: 402 },
  no_active_credit_purchase: { status: 402 },
  insufficient_credits_for_job: { status: 402 },

  job_cannot_be_stopped: { status: 409 },
  job_status_invalid: { status: 409 },
  undo_conflict: { status: 409 },
  redo_conflict: { status: 409 },
  nothing_to_undo: { status: 409 },
  nothing_to_redo: { status: 409 },
  queue_full: { status: 409 },
  invalid_transition: { status: 409 },
  already_sent: { status: 409 },
  idempotency_conflict: { status: 409 },
  generation_busy: { status: 409 },

  validation_error: { status: 422, passText: true },
  invalid_action: { status: 422, passText: true },
  file_size_exceeded: { status: 422, passText: true },
  invalid_content_type: { status: 422, passText: true },
  voice_id_required: { status: 422, passText: true },
  invalid_api_key: { status: 422, passText: true },
  invalid_key: { status: 422, code: "invalid_api_key", passText: true },
  agent_creation_failed: { status: 422, passText: true },
  agent_update_failed: { status: 422, passText: true },
  avatar_creation_failed: { status: 422, passText: true },
  avatar_update_failed: { status: 422, passText: true },
  content_resource_creation_failed: { status: 422, passText: true },
  direct_upload_failed: { status: 422, passText: true },
  folder_removal_failed: { status: 422, passText: true },
  platform_validation_failed: { status: 422, passText: true },
  post_not_published: { status: 422, passText: true },
  tiktok_private_only: { status: 422, passText: true },
} as const satisfies Record<string, CatalogueEntry>;

export type GenErrorCode = keyof typeof GEN_ERRORS;

type PublicCode<C extends GenErrorCode> = (typeof GEN_ERRORS)[C] extends { readonly code: infer P } ? P : C;

/** Every public code that a GEN error can have. */
export type GenPublicCode = { [C in GenErrorCode]: PublicCode<C> }[GenErrorCode];

export function isGenErrorCode(code: string): code is GenErrorCode {
  return Object.hasOwn(GEN_ERRORS, code);
}
