/** What exactly is wrong with a request that the Worker itself refuses. */
export const REASONS = {
  agent_id_repeated:
    "agent_id stands twice in one place, or differs between two; write it once, or the same in path, query and body.",
  agent_id_in_brackets:
    "agent_id stands in a name with brackets, nested, or in another spelling; write it as plain agent_id.",
  agent_id_missing: "This key is confined to some agents, so the request must name one in agent_id.",
  agent_id_not_scalar: "agent_id must be one string or number, not a list or an object.",
  body_not_json: "The body is not valid JSON.",
  json_sent_as_form:
    "The body is JSON, but Content-Type says that it is a form; send it with Content-Type: application/json.",
  body_not_form:
    "The form could not be read for certain: fields need UTF-8 and & between them; parts need a name, CRLF and a closing boundary.",
  body_must_be_json: "This operation takes a JSON body only; send it with Content-Type: application/json.",
  json_member_repeated: "A name stands twice in one object of the JSON body.",
  field_overrides: "Fields such as _method, which make another request of this one, are not passed on.",
  body_cut: "The connection ended before the whole body had arrived.",
  content_encoding_not_supported: "This Content-Encoding is not supported; send the body without compression.",
  content_type_missing: "The request has a body but no Content-Type; JSON needs Content-Type: application/json.",
  content_type_not_supported:
    "Content-Type must be application/json, application/x-www-form-urlencoded or multipart/form-data with one boundary, in UTF-8.",
  idempotency_key_missing:
    "This makes a key, so it needs an Idempotency-Key header: a repeat then gets the same key. A random UUID is good.",
  idempotency_key_malformed: "An idempotency key must be 1–255 printable ASCII characters.",
  idempotency_key_repeated: "The header and the body hold two different idempotency keys; send one.",
  path_malformed: "The path holds dot segments, encoded slashes, backslashes or control characters.",
  query_malformed: "The query of this request is wrong.",
  report_too_large:
    "These charges make more groups than a report can hold; ask for fewer days, or of one client or tag.",
  query_ambiguous: "The query must be percent-encoded UTF-8, with & and no semicolon between its fields.",
  account_of_all_agents: "This shows or changes the whole account, so a key confined to some agents can't use it.",
  operation_not_listed: "The operation is not among those of the policy (operations).",
  operation_spends_later: "This spends credits later, which no budget can count beforehand.",
  run_of_account: "Runs of pipelines use the default GEN account, so a policy with an account can start none.",
  generation_must_be_json: "Under bounds or a budget the body must be JSON, sent with Content-Type: application/json.",
  generation_not_plain:
    "Under bounds or a budget the body must have generation_type, data and agent_id alone, each once, and the query nothing but agent_id.",
  generations_only:
    "Of what costs credits, this policy allows only generations of cells and layers, whose type, model and length can be read.",
  type_not_allowed: "generation_type is not among those of the policy.",
  model_not_allowed: "data.model is missing, is not among the models of the policy, or this generation_type has none.",
  length_not_allowed:
    "data.duration is missing, is over the policy's limit, or this generation_type does not say its length by it.",
  charges_not_countable: "How many generations this starts can't be counted, which a budget needs.",
  price_not_estimable:
    "A limit in credits applies, and GEN prices only generations of cells and layers, of a generation_type that is known. Other calls need a named price (--price, PRICES).",
  grant_by_user:
    "A user's token makes and rotates no clients and policies: they would outlast it. Use an operator's client key.",
  grant_under_quota:
    "A key with a limit a day or a month makes and rotates no clients and policies: each would have such a limit of its own.",
  key_missing: "There is no key; send X-API-Key or Authorization: Bearer.",
  key_malformed: "The key does not have the form of a key of this service; check that it was copied in full.",
  key_unknown: "The key is unknown, revoked or expired.",
  key_expired: "The key has expired.",
  body_over_limit_for_confined: "From a key confined to some agents, a body over 1 MiB must be multipart.",
  token_refused: "The token is not valid here: its signature, issuer, audience, times or policy.",
  ticket_refused: "The ticket is not valid for this, or it has expired.",
  upload_not_canonical:
    "A multipart body over this size must be written as browsers write it: CRLF, names in quotes, only Content-Disposition and Content-Type, nothing before or after the parts.",
  tag_malformed: "X-GenEdge-Tag must be 1 to 64 of A-Z, a-z, 0-9, dot, underscore and hyphen.",
  tag_missing: "This policy demands a tag of each call that costs credits: send X-GenEdge-Tag.",
  tag_fixed: "This policy sets the tag of its calls; leave X-GenEdge-Tag out.",
  rerun_malformed:
    "The body must be JSON: state (failed or stopped) and since, a time of ISO 8601; and, if wanted, until, after and dry_run (true or false).",
  redelivery_malformed:
    "The body must be JSON: since, a time of ISO 8601; and, if wanted, source, pipeline, after and dry_run (true or false).",
  run_stopping: "The run is still being stopped. Run it again once its state is stopped.",
  step_unsettled:
    "A step may have been charged: errors names it and its call. Once the call is resolved, or has ended, run it again.",
  step_not_kept: "errors names the steps whose results are not kept. Start a new run.",
  delivery_not_kept: "Nothing is kept of a refused delivery, so it can't be delivered again. Its sender may repeat it.",
  resolution_malformed: "The body must be JSON with one member: charged, true or false.",
  own_origin_only: "A browser may do this on a page of the Worker itself alone; call it from a server.",
  setup_token_missing: "Send the value of the secret SETUP_TOKEN as Authorization: Bearer.",
  setup_token_wrong: "This is not the value of the secret SETUP_TOKEN.",
  tickets_off: "Tickets are off: the Worker has no secret TICKET_SECRET. See docs/watching.md.",
  resend_malformed:
    "The body must be JSON: since, a time of ISO 8601; and, if wanted, state (failed or waiting), type and dry_run (true or false).",
  origin_on_admin: "Administrative operations are never open to browsers; call them from a server.",
} as const satisfies Record<string, string>;

export type ReasonCode = keyof typeof REASONS;
