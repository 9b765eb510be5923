import type { ProblemCode } from "./problem-codes.ts";

/** The three texts of a problem, for the person in front of the product. */
interface ProblemText {
  /** 2 to 6 words, the same at every occurrence, without a full stop. */
  readonly title: string;
  /** What happened. Says neither whether credits were spent nor whether to retry: those sentences are appended. */
  readonly detail: string;
  /** What to do next. */
  readonly action: string;
}

/** The English texts, the source of all others: their keys are the keys of every language. */
export const en = {
  problems: {
    bad_request: {
      title: "Request has a mistake",
      detail: "The request has a mistake, so it was not passed on.",
      action: "Check what you entered. If it looks right, contact support and give the request ID.",
    },
    unauthorized: {
      title: "Valid key needed",
      detail: "The request came without a valid key for this service.",
      action: "Sign in to the product again. If this does not help, contact support.",
    },
    scope_required: {
      title: "Action not allowed",
      detail: "The key that was used does not allow this action.",
      action: "If you need this action, ask the operator of the product to allow it.",
    },
    agent_not_allowed: {
      title: "Agent not allowed",
      detail: "The key that was used is limited to certain agents, and this request is not for one of them.",
      action: "Choose another agent, or ask the operator of the product for access to this one.",
    },
    origin_not_allowed: {
      title: "Website not allowed",
      detail: "This website may not use the key that was sent.",
      action: "Open the product at its usual address. If you are already there, contact support.",
    },
    unknown_operation: {
      title: "Operation not offered",
      detail: "The product asked for an operation of GEN, the video service, that is not offered here.",
      action: "Tell support what you wanted to do, and give the request ID.",
    },
    route_not_found: {
      title: "Address not found",
      detail: "There is nothing at the address that was requested.",
      action: "Check the address. If you followed a link or a button, contact support.",
    },
    method_not_allowed: {
      title: "Method not allowed",
      detail: "The address exists, but not for this kind of request.",
      action: "Tell support what you wanted to do, and give the request ID.",
    },
    request_timeout: {
      title: "Request arrived too slowly",
      detail: "The data of the request arrived too slowly, so the wait for it was ended.",
      action: "Check your internet connection, then send it again. A smaller file may also help.",
    },
    body_too_large: {
      title: "Too much data",
      detail: "The request holds more data than this service accepts.",
      action: "Choose a smaller file, or send less at once.",
    },
    unsupported_media_type: {
      title: "Content type not supported",
      detail: "This service does not accept content of this type.",
      action: "If you sent a file, choose one of another type. Otherwise contact support.",
    },
    idempotency_in_flight: {
      title: "Already being worked on",
      detail: "The same request, under the same idempotency key, is still being worked on.",
      action: "Wait a moment, then look again. It does not need to be started again.",
    },
    idempotency_key_reused: {
      title: "Idempotency key used before",
      detail: "The idempotency key was already used for another request.",
      action: "Start a new request under a new key.",
    },
    answer_expired: {
      title: "Answer no longer kept",
      detail: "This request was carried out earlier, and its answer is no longer kept here.",
      action: "Look at what it has made. Start a new request only if you want it a second time.",
    },
    call_cancelled: {
      title: "Call was cancelled",
      detail: "The call was cancelled before it was sent.",
      action: "If you still want it, start a new request.",
    },
    input_invalid: {
      title: "Input does not fit",
      detail: "The input is not what was expected here.",
      action: "Correct what is named, then try again.",
    },
    notification_not_failed: {
      title: "Notification has not failed",
      detail: "Only a notification that has failed can be sent again. This one is still being tried, or has arrived.",
      action: "Look at the state of the notification.",
    },
    idempotency_key_required: {
      title: "Idempotency-Key needed",
      detail: "A request that costs credits needs an Idempotency-Key here, so that it can never be charged twice.",
      action: "Contact support: the product must send a key of its own with each such request.",
    },
    operation_not_allowed: {
      title: "Operation not allowed",
      detail: "The key that was used allows only certain operations, and this is not one of them.",
      action: "If you need this operation, ask the operator of the product to allow it.",
    },
    sheet_not_allowed: {
      title: "Sheet not allowed",
      detail: "The key that was used is limited to certain sheets, and this request is not for one of them.",
      action: "Choose another sheet, or ask the operator of the product for access to this one.",
    },
    generation_not_allowed: {
      title: "Generation not allowed",
      detail: "The key that was used may not order this kind of generation, model or length.",
      action: "Choose another kind, model or length, or ask the operator of the product to allow this one.",
    },
    price_over_limit: {
      title: "Price above the limit",
      detail: "This would cost more credits than the key that was used may spend on one call.",
      action: "Order something shorter or simpler, or ask the operator of the product for a higher limit.",
    },
    price_unknown: {
      title: "Price not known",
      detail:
        "The key that was used may order only what has a known price, and GEN, the video service, names none for this.",
      action: "Order something else, or ask the operator of the product to allow this one.",
    },
    rate_limited: {
      title: "Too many requests",
      detail: "Too many requests came in a short time.",
      action: "Wait a little, then try again.",
    },
    charges_paused: {
      title: "Charged actions are paused",
      detail: "Everything that costs credits is switched off at the moment.",
      action: "Try again later, or ask the operator of the product when it is switched on again.",
    },
    sign_in_unavailable: {
      title: "Sign-in cannot be checked",
      detail: "Your sign-in could not be checked, because the sign-in service does not answer.",
      action: "Wait a moment, then try again.",
    },
    quota_exhausted: {
      title: "Daily limit reached",
      detail: "This would go beyond the charged calls or the credits that the key that was used may spend today.",
      action: "Wait until tomorrow (UTC), or ask the operator of the product for a higher limit.",
    },
    too_many_watchers: {
      title: "Too many watchers",
      detail: "Too many readers are watching this generation at the same time.",
      action: "Ask for its state now and then instead of watching it.",
    },
    outcome_pending: {
      title: "Outcome still open",
      detail:
        "GEN, the video service, has not given a clear answer yet. The request is being followed up here until it has.",
      action: "Wait a few minutes, then look whether the result is there. Do not start it a second time.",
    },
    not_taken_in_time: {
      title: "Not taken in time",
      detail: "This service was too slow to take what was sent.",
      action: "Send the same again: nothing is done twice.",
    },
    temporarily_unavailable: {
      title: "Temporarily unavailable",
      detail: "This service could not reach its own records at the moment.",
      action: "If this keeps happening, contact support and give the request ID.",
    },
    internal: {
      title: "Error in this service",
      detail: "A mistake in this service stopped the request. This is not your fault.",
      action: "Contact support and give the request ID.",
    },
    gen_bad_response: {
      title: "Unexpected answer from GEN",
      detail: "GEN, the video service, gave an answer that could not be understood.",
      action: "Contact support and give the request ID.",
    },
    gen_unreachable: {
      title: "Connection to GEN lost",
      detail: "The connection to GEN, the video service, was lost.",
      action: "Wait a moment, then try again. If this keeps happening, contact support.",
    },
    outcome_unknown: {
      title: "Outcome not known",
      detail: "GEN, the video service, gave no clear answer. What you asked for may have happened, or not.",
      action: "First look whether the result is there. Try again only if it is not.",
    },
    gen_rate_limited: {
      title: "GEN is busy",
      detail: "GEN, the video service, is busy with many requests.",
      action: "Wait a little, then try again.",
    },
    gen_unavailable: {
      title: "GEN is not available",
      detail: "GEN, the video service, has trouble at the moment.",
      action: "Wait a few minutes, then try again.",
    },
    gen_timeout: {
      title: "GEN took too long",
      detail: "GEN, the video service, did not answer in time.",
      action: "Wait a moment, then try again. If this keeps happening, contact support.",
    },
    gen_rejected_request: {
      title: "GEN refused the request",
      detail: "GEN, the video service, refused this request. The reason cannot be shown here.",
      action: "Check what you entered. If it looks right, contact support and give the request ID.",
    },
    gen_key_rejected: {
      title: "No access to GEN",
      detail:
        "GEN, the video service, refused the access of this service. This is not your fault; the operator of the product has been told.",
      action: "There is nothing that you need to change. Wait until the operator has restored the access.",
    },
    payment_required: {
      title: "Payment needed",
      detail: "The workspace must pay at GEN, the video service, before this is possible.",
      action: "Buy credits at GEN, on the billing page of the workspace.",
    },
    permission_denied: {
      title: "No access to this item",
      detail: "There is no access to this item at GEN, the video service, or no right to do this with it.",
      action: "Check that you chose the right item. If so, ask the operator of the product for access.",
    },
    not_found: {
      title: "Item not found",
      detail: "There is no such item, or there is no access to it.",
      action: "Reload the list, and check that the item still exists.",
    },
    spreadsheet_not_found: {
      title: "Sheet not found",
      detail: "GEN, the video service, found no such sheet with this agent.",
      action: "Check the sheet, and the agent that it belongs to.",
    },
    project_not_found: {
      title: "Project not found",
      detail: "GEN, the video service, found no such project, or there is no access to it.",
      action: "Reload the list of projects, and choose one from it.",
    },
    user_job_not_found: {
      title: "Job not found",
      detail: "GEN, the video service, found no such job, or there is no access to it.",
      action: "Reload the list of jobs, and choose one from it.",
    },
    user_voice_resource_not_found: {
      title: "Voice not found",
      detail: "GEN, the video service, found no such voice, or there is no access to it.",
      action: "Reload the list of voices, and choose one from it.",
    },
    character_not_found: {
      title: "Character not found",
      detail: "GEN, the video service, found no such character, or there is no access to it.",
      action: "Reload the list of characters, and choose one from it.",
    },
    look_not_found: {
      title: "Look not found",
      detail: "GEN, the video service, found no such look, or there is no access to it.",
      action: "Reload the character, and choose one of its looks.",
    },
    talking_character_not_found: {
      title: "Talking character not found",
      detail: "GEN, the video service, found no such talking character, or there is no access to it.",
      action: "Reload the character, and choose one of its talking characters.",
    },
    avatar_not_found: {
      title: "Avatar not found",
      detail: "GEN, the video service, found no such avatar, or there is no access to it.",
      action: "Reload the list of avatars, and choose one from it.",
    },
    change_set_not_found: {
      title: "Changes not found",
      detail: "GEN, the video service, found no such group of changes in the sheet.",
      action: "Reload the sheet, and look at its latest changes.",
    },
    agent_not_found: {
      title: "Agent not found",
      detail: "GEN, the video service, found no such agent, or there is no access to it.",
      action: "Reload the list of agents, and choose one from it.",
    },
    organization_not_found: {
      title: "Organization not found",
      detail: "GEN, the video service, found no such organization, or there is no access to it.",
      action: "Reload the list of organizations, and choose one from it.",
    },
    usable_gen_credit_required: {
      title: "No usable credits",
      detail: "The workspace has no credits that can be used at GEN, the video service.",
      action: "Buy credits at GEN, on the billing page of the workspace.",
    },
    no_active_credit_purchase: {
      title: "No active credit purchase",
      detail: "This needs active credits at GEN, the video service, and the workspace has none.",
      action: "Buy credits at GEN, on the billing page of the workspace.",
    },
    insufficient_credits_for_job: {
      title: "Not enough credits",
      detail: "The workspace has too few credits at GEN, the video service, for this job.",
      action: "Buy more credits at GEN, on the billing page of the workspace, or choose something smaller.",
    },
    job_cannot_be_stopped: {
      title: "Job can no longer be stopped",
      detail: "The job cannot be stopped, because it has already ended.",
      action: "Look at the status of the job and at its result.",
    },
    job_status_invalid: {
      title: "Not possible in this status",
      detail: "The status of the job does not allow this. Most likely it has already ended.",
      action: "Look at the status of the job, then decide what to do.",
    },
    undo_conflict: {
      title: "Undo not possible",
      detail: "The sheet was changed in the meantime, so the change cannot be undone.",
      action: "Reload the sheet and look at the latest changes, then decide what to do.",
    },
    redo_conflict: {
      title: "Redo not possible",
      detail: "The sheet was changed in the meantime, so the change cannot be made again.",
      action: "Reload the sheet and look at the latest changes, then decide what to do.",
    },
    nothing_to_undo: {
      title: "Nothing to undo",
      detail: "There is no change in the sheet that could be undone.",
      action: "If you expected a change, reload the sheet.",
    },
    nothing_to_redo: {
      title: "Nothing to redo",
      detail: "There is no undone change in the sheet that could be made again.",
      action: "If you expected a change, reload the sheet.",
    },
    queue_full: {
      title: "Too many waiting messages",
      detail: "Too many messages are already waiting in this conversation.",
      action: "Wait until some of them have been handled, or remove one.",
    },
    invalid_transition: {
      title: "Change not possible now",
      detail: "The message cannot be changed in this way in its present state.",
      action: "Reload the conversation, and look at the state of the message.",
    },
    already_sent: {
      title: "Message already sent",
      detail: "The message has already been sent, so it can no longer be changed.",
      action: "Reload the conversation. If something is missing, write a new message.",
    },
    idempotency_conflict: {
      title: "Idempotency key already used",
      detail: "The same idempotency key was already used for a different request.",
      action: "Look whether the earlier request did what you want. If not, start a new request under a new key.",
    },
    generation_busy: {
      title: "Generation already being continued",
      detail: "This generation is already being continued.",
      action: "Wait a little, then look at its status.",
    },
    validation_error: {
      title: "Mistake in the input",
      detail: "GEN, the video service, found a mistake in the input.",
      action: "Correct the input, then send it again.",
    },
    invalid_action: {
      title: "Sheet action not valid",
      detail: "GEN, the video service, found a mistake in an action on the sheet.",
      action: "Correct the action, then send it again.",
    },
    file_size_exceeded: {
      title: "File too large",
      detail: "The file is larger than GEN, the video service, accepts.",
      action: "Choose a smaller file, or reduce the size of this one.",
    },
    invalid_content_type: {
      title: "File type not accepted",
      detail: "GEN, the video service, does not accept content of this type here.",
      action: "Choose a file of another type.",
    },
    voice_id_required: {
      title: "Voice missing",
      detail: "A voice is needed for this, and none was chosen.",
      action: "Choose a voice, then send it again.",
    },
    invalid_api_key: {
      title: "Voice provider key not accepted",
      detail: "The key of the voice provider was not accepted.",
      action: "Copy the key from the voice provider again, and save it in the voice settings.",
    },
    agent_creation_failed: {
      title: "Agent not created",
      detail: "GEN, the video service, could not create the agent.",
      action: "Check what you entered for the agent, and correct it.",
    },
    agent_update_failed: {
      title: "Agent not changed",
      detail: "GEN, the video service, could not save the changes to the agent.",
      action: "Check your changes to the agent, and correct them.",
    },
    avatar_creation_failed: {
      title: "Avatar not created",
      detail: "GEN, the video service, could not create the avatar.",
      action: "Check what you entered for the avatar, and its image.",
    },
    avatar_update_failed: {
      title: "Avatar not changed",
      detail: "GEN, the video service, could not save the changes to the avatar.",
      action: "Check your changes to the avatar, and correct them.",
    },
    content_resource_creation_failed: {
      title: "Resource not created",
      detail: "GEN, the video service, could not create the resource.",
      action: "Check the file and what you entered, and correct it.",
    },
    direct_upload_failed: {
      title: "Upload not accepted",
      detail: "GEN, the video service, did not accept the upload.",
      action: "Check the type and the size of the file, or choose another one.",
    },
    folder_removal_failed: {
      title: "Folder not removed",
      detail: "GEN, the video service, could not remove the folder.",
      action: "Look at what is in the folder, and whether it is still in use.",
    },
    platform_validation_failed: {
      title: "Post does not fit",
      detail: "The post does not meet the rules of at least one platform.",
      action: "Correct the post for that platform, or leave the platform out.",
    },
    post_not_published: {
      title: "Post is not published",
      detail: "The post is not published, and GEN, the video service, could not do what was asked.",
      action: "Look at the status of the post, and correct what is named.",
    },
    tiktok_private_only: {
      title: "Only private on TikTok",
      detail: "TikTok accepts only private posts from this account at the moment.",
      action: "Set the post to private, or choose another account.",
    },
  },
  reasons: {
    agent_id_repeated:
      "agent_id stands twice in one place, or differs between two; write it once, or the same in path, query and body.",
    agent_id_in_brackets:
      "agent_id stands in a name with brackets, nested, or in another spelling; write it as plain agent_id.",
    agent_id_missing: "This key is confined to some agents, so the request must name one in agent_id.",
    agent_id_not_scalar: "agent_id must be one string or number, not a list or an object.",
    body_not_json: "The body is not valid JSON.",
    body_not_form:
      "The form could not be read for certain: fields need UTF-8 and & between them; parts need a name, CRLF and a closing boundary.",
    body_must_be_json: "This operation takes a JSON body only; send it with Content-Type: application/json.",
    json_member_repeated: "A name stands twice in one object of the JSON body.",
    field_overrides: "Fields such as _method, which make another request of this one, are not passed on.",
    body_cut: "The connection ended before the whole body had arrived.",
    content_encoding_not_supported: "This Content-Encoding is not supported; send the body without compression.",
    content_type_missing: "The request has a body but no Content-Type.",
    content_type_not_supported:
      "Content-Type must be application/json, application/x-www-form-urlencoded or multipart/form-data with one boundary, in UTF-8.",
    idempotency_key_malformed: "An idempotency key must be 1–255 printable ASCII characters.",
    idempotency_key_repeated: "The header and the body hold two different idempotency keys; send one.",
    path_malformed: "The path holds dot segments, encoded slashes, backslashes or control characters.",
    query_malformed: "The query string could not be read.",
    query_ambiguous: "The query must be percent-encoded UTF-8, with & and no semicolon between its fields.",
    key_missing: "There is no key; send X-API-Key or Authorization: Bearer.",
    key_malformed: "The key does not have the form of a key of this service; check that it was copied in full.",
    key_unknown: "The key is unknown, revoked or expired.",
    key_expired: "The key has expired.",
    body_over_limit_for_confined: "From a key confined to some agents, a body over 1 MiB must be multipart.",
    token_refused: "The token is not valid here: its signature, issuer, audience, times or policy.",
    ticket_refused: "The ticket is not valid for this, or it has expired.",
    upload_not_canonical:
      "A multipart body over this size must be written as browsers write it: CRLF, names in quotes, only Content-Disposition and Content-Type, nothing before or after the parts.",
    resolution_malformed: "The body must be JSON with one member: charged, true or false.",
    origin_on_admin: "Administrative operations are never open to browsers; call them from a server.",
  },
  charged: {
    no: "No credits were spent.",
    yes: "Credits were spent for this.",
    unknown: "It is not known yet whether credits were spent.",
  },
  retry: {
    yes: "Trying again may help.",
    after: "Trying again in {seconds} s may help.",
    no: "Trying again without a change will not help.",
    same_key: "Trying again may help, with the same Idempotency-Key only: under it nothing is done or charged twice.",
  },
  page: {
    what_happened: "What happened",
    what_to_do: "What to do",
    http_status: "HTTP status",
    trying_again: "Trying again",
    credits: "Credits",
    all_codes: "All error codes",
    code_unknown: "There is no such error code.",
    charged_varies: "Each answer says in its member `charged` whether credits were spent.",
    retry_varies: "Each answer says in its member `retryable` whether trying again may help.",
  },
} as const satisfies {
  problems: Record<ProblemCode, ProblemText>;
  /** What exactly is wrong with a request, for the developer of the product: appended to the detail of own refusals. */
  reasons: Record<string, string>;
  charged: Record<"no" | "yes" | "unknown", string>;
  /** `after` holds `{seconds}`. */
  retry: Record<"yes" | "after" | "no" | "same_key", string>;
  /** Headings and sentences of the page that explains a code. */
  page: Record<string, string>;
};
