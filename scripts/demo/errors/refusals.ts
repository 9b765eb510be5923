/**
 * Every error code that GEN documents: GEN's status, a typical text of GEN's, and the promised public status. The type
 * checker requires a row for each code of the catalogue. 401 `unauthorized` has its own step, because the Worker
 * remembers it for a while.
 */
import type { GenErrorCode } from "../../../src/gen/error-catalogue.ts";
import { type ErrorCase, type ErrorGroup, generateCall, organizationCall, readCall } from "./error-case.ts";

type Row = readonly [genStatus: number, publicStatus: number, genText: string, publicCode?: string];

// biome-ignore format: one line a code
const ROWS = {
  usable_gen_credit_required:       [422, 402, "Workspace does not have usable GEN credits"],
  no_active_credit_purchase:        [422, 402, "No active credit purchase"],
  insufficient_credits_for_job:     [422, 402, "Insufficient credits for this job"],
  payment_required:                 [402, 402, "Payment required"],

  permission_denied:                [403, 403, "You do not have permission to access this resource"],
  forbidden:                        [403, 403, "Forbidden", "permission_denied"],

  not_found:                        [404, 404, "Resource not found"],
  spreadsheet_not_found:            [404, 404, "Spreadsheet not found"],
  project_not_found:                [404, 404, "Project not found"],
  user_job_not_found:               [404, 404, "User job not found"],
  user_voice_resource_not_found:    [404, 404, "Voice not found"],
  character_not_found:              [404, 404, "Character not found"],
  look_not_found:                   [404, 404, "Look not found"],
  talking_character_not_found:      [404, 404, "Talking character not found"],
  avatar_not_found:                 [404, 404, "Avatar not found"],
  change_set_not_found:             [422, 404, "Change set not found"],
  agent_not_found:                  [422, 422, "Agent not found"],
  organization_not_found:           [422, 404, "Organization not found"],

  job_cannot_be_stopped:            [422, 409, "Job cannot be stopped"],
  job_status_invalid:               [422, 409, "Job status is invalid"],
  undo_conflict:                    [409, 409, "The sheet has changed"],
  redo_conflict:                    [409, 409, "The sheet has changed"],
  nothing_to_undo:                  [422, 409, "Nothing to undo"],
  nothing_to_redo:                  [422, 409, "Nothing to redo"],
  queue_full:                       [409, 409, "Queue is full"],
  invalid_transition:               [409, 409, "Invalid transition"],
  already_sent:                     [409, 409, "Message was already sent"],
  idempotency_conflict:             [409, 409, "Idempotency-Key was used with another payload"],
  generation_busy:                  [409, 409, "Generation is busy"],

  validation_error:                 [422, 422, "Title can't be blank"],
  invalid_action:                   [422, 422, "actions[0].target is missing"],
  file_size_exceeded:               [422, 422, "File is larger than 50 MB"],
  invalid_content_type:             [422, 422, "Content type text/plain is not allowed"],
  voice_id_required:                [422, 422, "voice_id is required"],
  invalid_api_key:                  [422, 422, "The ElevenLabs key is invalid"],
  invalid_key:                      [400, 422, "The ElevenLabs key is invalid", "invalid_api_key"],
  agent_creation_failed:            [422, 422, "Name has already been taken"],
  agent_update_failed:              [422, 422, "Name can't be blank"],
  avatar_creation_failed:           [422, 422, "Image is missing"],
  avatar_update_failed:             [422, 422, "Image is missing"],
  content_resource_creation_failed: [422, 422, "File is missing"],
  direct_upload_failed:             [422, 422, "Checksum does not match"],
  folder_removal_failed:            [422, 422, "Folder is not empty"],
  platform_validation_failed:       [422, 422, "Title is too long for TikTok"],
  post_not_published:               [422, 422, "Post is not published yet"],
  tiktok_private_only:              [422, 422, "This account can post privately only"],
} as const satisfies Record<Exclude<GenErrorCode, "unauthorized">, Row>;

type Code = keyof typeof ROWS;
const CODES = Object.keys(ROWS) as Code[];

const TITLES = {
  402: "Credits",
  403: "Access",
  404: "Not found",
  409: "Conflict with the current state",
  422: "Input to correct",
} as const;

/** Grouped by the public status. */
export const REFUSALS: readonly ErrorGroup[] = ([402, 403, 404, 409, 422] as const).map((status) => ({
  title: TITLES[status],
  cases: CODES.filter((code) => ROWS[code][1] === status).map(toCase),
}));

function toCase(code: Code): ErrorCase {
  const [genStatus, status, text, publicCode = code]: Row = ROWS[code];
  return {
    call: selectCall(code, status),
    gen: { status: genStatus, body: { error: text, error_code: code } },
    wanted: { status, code: publicCode, charged: "no" },
  };
}

function selectCall(code: Code, publicStatus: number) {
  if (code === "organization_not_found") return organizationCall(code);
  return publicStatus === 402 ? generateCall(code) : readCall(code);
}
