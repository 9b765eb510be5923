/** GEN's answers, as far as documented: members may be missing or added, ids are numbers or strings. */
import { list, type Members, object, open, schema } from "./shape.ts";

const text: Members = { type: "string" };
const maybeText: Members = { type: ["string", "null"] };
const number: Members = { type: "number" };
const position: Members = { type: ["number", "null"] };

/** An object of GEN's: the listed members are typed, only `required` ones must be present. */
const loose = (required: readonly string[], properties: Members): Members => object(properties, required);

const jobStatus = {
  ...text,
  description:
    "`pending`, `processing`, then `completed`, `failed` or `stopped`. Take an unknown one as still running.",
};

export const GEN_SCHEMAS = {
  Id: { type: ["string", "number"], description: "GEN's ids are numbers or strings." },
  Any: { description: "GEN's own answer, passed on as it is.", examples: [{}] },
  Started: loose(["generation_id", "status"], { generation_id: schema("Id"), status: jobStatus }),
  Generation: loose(["id", "status"], {
    id: schema("Id"),
    status: jobStatus,
    user_job_type: maybeText,
    result: { description: "Text, or an object." },
    failed_reason: maybeText,
    output_resources: list(schema("OutputResource")),
    execution_cost: { type: ["string", "number", "null"] },
  }),
  Generating: {
    description:
      "The start of a generation (`generation_id`). With `Prefer: return=representation` the generation itself (`id`), as far as it is then. With `Prefer: respond-async` the call (`state`; its address is in `Location`).",
    ...loose([], {
      generation_id: schema("Id"),
      id: schema("Id"),
      status: jobStatus,
      state: text,
      user_job_type: maybeText,
      result: { description: "Text, or an object." },
      failed_reason: maybeText,
      output_resources: list(schema("OutputResource")),
    }),
  },
  OutputResource: loose([], {
    id: schema("Id"),
    url: { ...text, description: "Public." },
    thumbnail_url: maybeText,
    object_type: maybeText,
  }),
  RunningGeneration: loose(["generation_id", "status"], {
    generation_id: schema("Id"),
    status: text,
    user_job_type: maybeText,
    container_type: maybeText,
    container_id: { type: ["string", "number", "null"] },
    row_id: { type: ["string", "number", "null"] },
    created_at: text,
  }),
  Sheet: loose(["id", "title"], {
    id: schema("Id"),
    slug: maybeText,
    title: maybeText,
    uuid: maybeText,
    status: maybeText,
    created_at: text,
    created_at_ts: number,
    updated_at_ts: number,
    spreadsheet_columns: list(schema("Column")),
    spreadsheet_rows: list(schema("Row")),
    global_variables_sheet: {},
  }),
  Column: loose(["id"], {
    id: schema("Id"),
    title: maybeText,
    type: maybeText,
    column_role: { ...maybeText, description: "`ingredient`, `video`, `final_video` or `stats`." },
    position,
  }),
  Row: loose(["id"], { id: schema("Id"), position, spreadsheet_cells: list(schema("Cell")) }),
  Cell: loose(["id"], {
    id: schema("Id"),
    value: {},
    cell_role: maybeText,
    default_user_job: {},
    user_jobs: list({}),
    video_layers: list({}),
  }),
  Layer: loose(["id"], {
    id: schema("Id"),
    position,
    type: { ...maybeText, description: "`sound`, `text` or `clip`." },
  }),
  UserJobCreated: loose(["user_job_id"], { user_job_id: schema("Id"), status: text }),
  UserJob: loose(["id", "status"], {
    id: schema("Id"),
    status: text,
    user_job_type: maybeText,
    retryable: { type: "boolean" },
    stage: maybeText,
    user_message: maybeText,
    credit_outcome: { ...maybeText, description: "`refunded`, `charged` or `not_charged`." },
  }),
  Estimate: loose(["estimated_credits"], { estimate_id: schema("Id"), estimated_credits: number, items: list({}) }),
  CreditBalance: loose(["available_credits"], {
    available_credits: { type: ["number", "string"] },
    generation_access: {},
  }),
  CreditTransaction: loose(["id", "amount"], {
    id: schema("Id"),
    amount: { type: ["number", "string"] },
    purpose: maybeText,
    is_incoming: { type: "boolean" },
    source: { ...open(), type: ["object", "null"] },
    created_at: text,
  }),
  Quote: {
    description: "A price. This 402 is the success of this operation.",
    ...loose(["checkout_session_id", "credits"], {
      checkout_session_id: schema("Id"),
      amount_usd: number,
      credits: number,
      payment_methods: list({}),
      payment_required: {},
    }),
  },
  AgentRunStarted: loose(["run_id", "status"], {
    run_id: schema("Id"),
    conversation_id: schema("Id"),
    status: text,
    progress_stream_url: { ...maybeText, description: "Treat it as a secret." },
  }),
  AgentRun: loose(["status"], {
    run_id: schema("Id"),
    status: { ...text, description: "`running`, `awaiting_approval`, `completed`, `failed` or `stopped`." },
  }),
  ActionResults: loose(["results"], {
    results: list(object({ index: { type: "integer" }, result: {} }, ["index"])),
    change_set_id: { type: ["string", "number", "null"] },
    contract_version: {},
    refs: {},
    auto_regeneration: {},
  }),
  ActionPending: {
    description: "Not done yet: wait, then send the same bytes under the same key.",
    ...loose(["status"], {
      status: text,
      error_code: { ...text, description: "`source_not_ready` or `generation_pending`." },
      retryable: { type: "boolean" },
      retry_after_seconds: number,
      message: text,
    }),
  },
  Confirmation: {
    description: "A person must confirm. Repeat the request with `confirm_token`; it can be used once.",
    ...loose(["error_code", "confirm_token"], {
      error_code: { const: "confirmation_required" },
      operation: text,
      would_destroy: {},
      confirm_token: text,
      expires_in: number,
      token_rejected: { type: "boolean" },
    }),
  },
  CoreSections: {
    description: "One status for each section: `ok` with `data`, or `error` with `error`.",
    ...open(),
  },
  PostQueued: loose(["post_id"], {
    post_id: schema("Id"),
    platforms_status: open(),
    platforms_skipped: list({}),
    status_url: text,
    idempotent_replay: { type: "boolean" },
  }),
} as const satisfies Readonly<Record<string, Members>>;

export type GenSchemaName = keyof typeof GEN_SCHEMAS;
