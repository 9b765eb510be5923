import type { ProblemCode } from "./problem-codes.ts";

/**
 * The three texts of a problem, for the person in front of the app: no headers, keys, formats or other words of a protocol. Those
 * are in `developer-details.ts`.
 */
interface ProblemText {
  /** 2 to 6 words, the same at every occurrence, without a full stop. */
  readonly title: string;
  /** What happened. What is said of credits is appended (`composition.ts`). */
  readonly detail: string;
  /** What to do next. What is said of trying again is appended (`composition.ts`). May hold `{wait}`. */
  readonly action: string;
}

/** The English texts, the source of all others: their keys are the keys of every language. */
export const en = {
  problems: {
    bad_request: {
      title: "Request not understood",
      detail: "The app sent a request that this service cannot read.",
      action: "This is a fault in the app. Contact support and give the request ID.",
    },
    unauthorized: {
      title: "Please sign in again",
      detail: "Your sign-in was not accepted.",
      action: "Sign in to the app again. If this does not help, contact support.",
    },
    scope_required: {
      title: "Action not allowed",
      detail: "Your access does not include this action.",
      action: "If you need this action, ask support to allow it.",
    },
    agent_not_allowed: {
      title: "Agent not allowed",
      detail: "Your access is limited to certain agents, and this request is not for one of them.",
      action: "Choose another agent, or ask support for access to this one.",
    },
    origin_not_allowed: {
      title: "Website not allowed",
      detail: "This website may not use this service.",
      action: "Open the app at its usual address. If you are already there, contact support.",
    },
    unknown_operation: {
      title: "Function not offered",
      detail: "The app asked GEN for something that is not offered here.",
      action: "This is a fault in the app. Tell support what you wanted to do, and give the request ID.",
    },
    route_not_found: {
      title: "Address not found",
      detail: "There is nothing at the address that was opened.",
      action: "Check the address. If you followed a link or a button, contact support.",
    },
    method_not_allowed: {
      title: "Not possible at this address",
      detail: "The address exists, but the app used it in a way that is not offered.",
      action: "This is a fault in the app. Tell support what you wanted to do, and give the request ID.",
    },
    request_timeout: {
      title: "Sent too slowly",
      detail: "The data arrived too slowly, so the transfer was ended.",
      action: "Check your internet connection. A smaller file may also help.",
    },
    body_too_large: {
      title: "Too much data",
      detail: "This is more data than this service accepts at once.",
      action: "Choose a smaller file, or send less at once.",
    },
    unsupported_media_type: {
      title: "Type of content not accepted",
      detail: "The app sent content of a type that this service does not accept.",
      action: "If you chose a file, choose one of another type. Otherwise contact support and give the request ID.",
    },
    idempotency_in_flight: {
      title: "Already in progress",
      detail: "The same request is still being worked on.",
      action: "Wait a moment, then check for the result. Do not start the request again.",
    },
    idempotency_key_reused: {
      title: "This was sent before",
      detail: "The app sent a different request before under the same reference.",
      action: "Begin this step again. If that does not help, contact support and give the request ID.",
    },
    answer_expired: {
      title: "Answer no longer available",
      detail: "This request was carried out earlier, and its answer is no longer available.",
      action: "Check your existing results first. Start a new request only if you want a second result.",
    },
    call_cancelled: {
      title: "Request cancelled",
      detail: "The request was cancelled before it was carried out.",
      action: "If you still want the result, start a new request.",
    },
    input_invalid: {
      title: "Input does not fit",
      detail: "Some of the input is not what is expected here.",
      action: "Correct the input.",
    },
    nothing_to_resolve: {
      title: "Nothing left to settle",
      detail: "This request is still in progress, or its result is already known.",
      action: "Check the status of the request.",
    },
    idempotency_key_required: {
      title: "Request is incomplete",
      detail: "The app left out what protects you from being charged twice.",
      action: "This is a fault in the app. Contact support and give the request ID.",
    },
    operation_not_allowed: {
      title: "Function not allowed",
      detail: "Your access includes certain functions only, and this is not one of them.",
      action: "If you need this function, ask support to allow it.",
    },
    sheet_not_allowed: {
      title: "Sheet not allowed",
      detail: "Your access is limited to certain sheets, and this request is not for one of them.",
      action: "Choose another sheet, or ask support for access to this one.",
    },
    generation_not_allowed: {
      title: "Generation not allowed",
      detail: "Your access does not include this kind of generation, this model or this length.",
      action: "Choose another kind, model or length, or ask support to allow this one.",
    },
    price_over_limit: {
      title: "Price above your limit",
      detail: "This would cost more credits than you may spend on one request.",
      action: "Choose something shorter or simpler, or ask support for a higher limit.",
    },
    price_unknown: {
      title: "Price not known",
      detail: "You may order only what has a known price, and GEN names none for this request.",
      action: "Choose something else, or ask support to allow this request.",
    },
    rate_limited: {
      title: "Too many requests",
      detail: "Too many requests came in a short time.",
      action: "Slow down a little.",
    },
    charges_paused: {
      title: "Paid actions are paused",
      detail: "Everything that costs credits is switched off at the moment.",
      action: "Come back later. Support can tell you when paid actions are switched on again.",
    },
    sign_in_unavailable: {
      title: "Sign-in cannot be checked",
      detail: "Your sign-in could not be checked, because the sign-in service does not answer.",
      action: "If this keeps happening, contact support.",
    },
    quota_exhausted: {
      title: "Daily limit reached",
      detail: "Today's limit is used up, or too little of it is left for this request.",
      action: "The limit resets in {wait}. If you need more, ask support for a higher limit.",
    },
    budget_exhausted: {
      title: "Budget used up",
      detail: "The budget for this is used up, or too little of it is left for this request.",
      action: "The budget resets in {wait}. If you need more, ask support for a larger budget.",
    },
    too_many_watchers: {
      title: "Too many viewers",
      detail: "Too many people or tabs are following this video.",
      action: "Close other tabs, or reload the page later.",
    },
    outcome_pending: {
      title: "Result still open",
      detail: "GEN has not answered yet. We keep following your request until there is an answer.",
      action: "Wait a few minutes, then check for the result. Do not send the request again.",
    },
    not_taken_in_time: {
      title: "Not accepted in time",
      detail: "This service was too slow to accept the data.",
      action: "Send the same data again: nothing is done twice.",
    },
    temporarily_unavailable: {
      title: "Temporarily unavailable",
      detail: "This service could not reach its own records at the moment.",
      action: "If this keeps happening, contact support and give the request ID.",
    },
    not_configured: {
      title: "This service is not ready",
      detail: "The setup of this service is not complete. This is not your fault.",
      action: "Contact support and give the request ID. Come back once the service is ready.",
    },
    internal: {
      title: "Error in this service",
      detail: "Something went wrong on our side. This is not your fault.",
      action: "Contact support and give the request ID.",
    },
    gen_bad_response: {
      title: "Unexpected answer from GEN",
      detail: "GEN gave an answer that could not be read. This is not your fault.",
      action: "Contact support and give the request ID.",
    },
    gen_unreachable: {
      title: "Connection to GEN lost",
      detail: "The connection to GEN was lost.",
      action: "If this keeps happening, contact support.",
    },
    outcome_unknown: {
      title: "Result not known",
      detail: "GEN gave no clear answer. What you asked for may have been done, or not.",
      action:
        "Wait a few minutes and check for the result. Try again only if it is not there; otherwise it may be done twice.",
    },
    gen_rate_limited: {
      title: "GEN is busy",
      detail: "GEN is busy with many requests.",
      action: "If this keeps happening, contact support.",
    },
    gen_unavailable: {
      title: "GEN is not available",
      detail: "GEN has technical problems at the moment.",
      action: "If this keeps happening, contact support.",
    },
    gen_timeout: {
      title: "GEN took too long",
      detail: "GEN did not answer in time.",
      action: "If this keeps happening, contact support.",
    },
    gen_rejected_request: {
      title: "GEN refused the request",
      detail: "GEN refused this request without a reason that can be shown here.",
      action: "Contact support and give the request ID.",
    },
    gen_key_rejected: {
      title: "No access to GEN",
      detail: "GEN refused this service access. This is not your fault, and support has been informed.",
      action: "You do not need to change anything. Come back when the access is restored.",
    },
    payment_required: {
      title: "Payment needed",
      detail: "GEN asks for a payment by the workspace before this is possible.",
      action: "Buy credits at GEN, on the billing page of the workspace.",
    },
    permission_denied: {
      title: "No access to this item",
      detail: "GEN does not give access to this item, or does not allow this action on it.",
      action: "Check that you chose the right item. If so, ask support for access.",
    },
    not_found: {
      title: "Item not found",
      detail: "There is no such item, or you have no access to it.",
      action: "Reload the list, and check that the item still exists.",
    },
    spreadsheet_not_found: {
      title: "Sheet not found",
      detail: "GEN found no such sheet with this agent.",
      action: "Check the sheet, and the agent that the sheet belongs to.",
    },
    project_not_found: {
      title: "Project not found",
      detail: "GEN found no such project, or gives no access to it.",
      action: "Reload the list of projects, and choose one from it.",
    },
    user_job_not_found: {
      title: "Job not found",
      detail: "GEN found no such job, or gives no access to it.",
      action: "Reload the list of jobs, and choose one from it.",
    },
    user_voice_resource_not_found: {
      title: "Voice not found",
      detail: "GEN found no such voice, or gives no access to it.",
      action: "Reload the list of voices, and choose one from it.",
    },
    character_not_found: {
      title: "Character not found",
      detail: "GEN found no such character, or gives no access to it.",
      action: "Reload the list of characters, and choose one from it.",
    },
    look_not_found: {
      title: "Look not found",
      detail: "GEN found no such look, or gives no access to it.",
      action: "Reload the character, and choose one of its looks.",
    },
    talking_character_not_found: {
      title: "Talking character not found",
      detail: "GEN found no such talking character, or gives no access to it.",
      action: "Reload the character, and choose one of its talking characters.",
    },
    avatar_not_found: {
      title: "Avatar not found",
      detail: "GEN found no such avatar, or gives no access to it.",
      action: "Reload the list of avatars, and choose one from it.",
    },
    change_set_not_found: {
      title: "Changes not found",
      detail: "GEN found no such group of changes in the sheet.",
      action: "Reload the sheet, and check its latest changes.",
    },
    agent_not_found: {
      title: "Agent not found",
      detail: "GEN found no such agent, or gives no access to it.",
      action: "Reload the list of agents, and choose one from it.",
    },
    organization_not_found: {
      title: "Organization not found",
      detail: "GEN found no such organization, or gives no access to it.",
      action: "Reload the list of organizations, and choose one from it.",
    },
    usable_gen_credit_required: {
      title: "No usable credits",
      detail: "The workspace has no credits that GEN accepts for this.",
      action: "Buy credits at GEN, on the billing page of the workspace.",
    },
    no_active_credit_purchase: {
      title: "No active credits",
      detail: "This needs active credits at GEN, and the workspace has none.",
      action: "Buy credits at GEN, on the billing page of the workspace.",
    },
    insufficient_credits_for_job: {
      title: "Not enough credits",
      detail: "The workspace has too few credits at GEN for this job.",
      action: "Buy more credits at GEN, on the billing page of the workspace, or choose something shorter or simpler.",
    },
    job_cannot_be_stopped: {
      title: "Job can no longer be stopped",
      detail: "The job has already ended, so it cannot be stopped.",
      action: "Check the status of the job and its result.",
    },
    job_status_invalid: {
      title: "Not possible in this status",
      detail: "The status of the job does not allow this. Most likely the job has already ended.",
      action: "Check the status of the job, then decide what to do.",
    },
    undo_conflict: {
      title: "Undo not possible",
      detail: "The sheet was changed in the meantime, so the change cannot be undone.",
      action: "Reload the sheet and check the latest changes, then decide what to do.",
    },
    redo_conflict: {
      title: "Redo not possible",
      detail: "The sheet was changed in the meantime, so the change cannot be made again.",
      action: "Reload the sheet and check the latest changes, then decide what to do.",
    },
    nothing_to_undo: {
      title: "Nothing to undo",
      detail: "The sheet has nothing that can be undone.",
      action: "If you expected something here, reload the sheet.",
    },
    nothing_to_redo: {
      title: "Nothing to redo",
      detail: "The sheet has nothing that can be made again.",
      action: "If you expected something here, reload the sheet.",
    },
    queue_full: {
      title: "Too many waiting messages",
      detail: "Too many messages are already waiting in this conversation.",
      action: "Wait until some of the messages have been handled, or remove one.",
    },
    invalid_transition: {
      title: "Not possible at the moment",
      detail: "The message cannot be changed in this way in its present status.",
      action: "Reload the conversation, and check the status of the message.",
    },
    already_sent: {
      title: "Message already sent",
      detail: "The message has already been sent, so it can no longer be changed.",
      action: "Reload the conversation. If something is missing, write a new message.",
    },
    idempotency_conflict: {
      title: "Sent before with other content",
      detail: "A different request was sent to GEN before under the same reference.",
      action: "Check your existing results first. If what you want is not there, start a new request.",
    },
    generation_busy: {
      title: "Generation already being continued",
      detail: "This generation is already being continued.",
      action: "Check the status of the generation in a moment.",
    },
    validation_error: {
      title: "Mistake in the input",
      detail: "GEN found a mistake in the input.",
      action: "Correct the input.",
    },
    invalid_action: {
      title: "Sheet action not valid",
      detail: "GEN found a mistake in an action on the sheet.",
      action: "Correct the action.",
    },
    file_size_exceeded: {
      title: "File too large",
      detail: "The file is larger than GEN accepts.",
      action: "Choose a smaller file, or reduce the size of this one.",
    },
    invalid_content_type: {
      title: "File type not accepted",
      detail: "GEN does not accept a file of this type here.",
      action: "Choose a file of another type.",
    },
    voice_id_required: {
      title: "Voice missing",
      detail: "This needs a voice, and none was chosen.",
      action: "Choose a voice.",
    },
    invalid_api_key: {
      title: "Voice provider key refused",
      detail: "The voice provider did not accept the key.",
      action: "Copy the key from the voice provider again, and save it in the voice settings.",
    },
    agent_creation_failed: {
      title: "Agent not created",
      detail: "GEN could not create the agent.",
      action: "Check what you entered for the agent, and correct it.",
    },
    agent_update_failed: {
      title: "Agent not changed",
      detail: "GEN could not save the changes to the agent.",
      action: "Check your changes to the agent, and correct them.",
    },
    avatar_creation_failed: {
      title: "Avatar not created",
      detail: "GEN could not create the avatar.",
      action: "Check what you entered for the avatar, and its image.",
    },
    avatar_update_failed: {
      title: "Avatar not changed",
      detail: "GEN could not save the changes to the avatar.",
      action: "Check your changes to the avatar, and correct them.",
    },
    content_resource_creation_failed: {
      title: "Resource not created",
      detail: "GEN could not create the resource.",
      action: "Check the file and what you entered.",
    },
    direct_upload_failed: {
      title: "Upload not accepted",
      detail: "GEN did not accept the upload.",
      action: "Check the type and the size of the file, or choose another one.",
    },
    folder_removal_failed: {
      title: "Folder not removed",
      detail: "GEN could not remove the folder.",
      action: "Check what is in the folder, and whether the folder is still in use.",
    },
    platform_validation_failed: {
      title: "Post does not fit",
      detail: "The post does not meet the rules of at least one platform.",
      action: "Correct the post for that platform, or leave the platform out.",
    },
    post_not_published: {
      title: "Post is not published",
      detail: "The post is not published, so GEN could not do this.",
      action: "Check the status of the post.",
    },
    tiktok_private_only: {
      title: "Only private on TikTok",
      detail: "TikTok accepts only private posts from this account at the moment.",
      action: "Set the post to private, or choose another account.",
    },
  },
  charged: {
    no: "This attempt cost no credits.",
    yes: "Credits were spent when the request was first carried out.",
    unknown: "It is not known yet whether credits were spent.",
  },
  retry: {
    yes: "You can try again.",
    after: "Try again in {wait}.",
    same: "Use “Try again” for this same request; do not start a new one. The same request is never charged twice.",
    same_after:
      "Use “Try again” for this same request in {wait}; do not start a new one. The same request is never charged twice.",
    no: "Trying again without a change will not help.",
  },
  gen_says: "GEN: “{text}”",
  page: {
    what_happened: "What happened",
    what_to_do: "What to do",
    http_status: "HTTP status",
    trying_again: "Trying again",
    credits: "Credits",
    charged_varies: "Each answer says whether credits were spent.",
    retry_varies: "Each answer says whether and when to try again.",
    soon: "a moment",
    all_codes: "All error codes",
    docs: "Documentation of the interface",
    console: "Console for operators",
    home_what: "Apps use this service to make videos with GEN. If you came here from an app, go back to the app.",
    home_running: "The service is running.",
    developers: "For developers",
  },
} as const satisfies {
  problems: Record<ProblemCode, ProblemText>;
  charged: Record<"no" | "yes" | "unknown", string>;
  /** `after` and `same_after` hold `{wait}`. */
  retry: Record<"yes" | "after" | "same" | "same_after" | "no", string>;
  /** GEN's own text, attributed and in this language's quotation marks: holds `{text}`. */
  gen_says: string;
  /** Headings and sentences of the page that explains a code. `soon` stands there for `{wait}`. */
  page: Record<string, string>;
};
