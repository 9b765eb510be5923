/** How GEN answers each operation when all is well: the status, and what is known of the body. */
import type { Operation } from "../gen/operation.ts";
import type { OperationName } from "../gen/operations.ts";
import type { GenSchemaName } from "./gen-schemas.ts";
import { headers } from "./headers.ts";
import { PROBLEM_TYPE } from "./problems.ts";
import { content, list, type Members, object, type Schema, schema } from "./shape.ts";

type Names = readonly OperationName[];

const CREATED: Names = [
  "agents.create",
  "agents.photos.create",
  "backups.create",
  "cells.generate",
  "cells.render",
  "columns.create",
  "columns.duplicate",
  "folders.create",
  "layers.create",
  "layers.duplicate",
  "layers.generate",
  "organizations.create",
  "profile.create",
  "recurring.create",
  "recurring.ensure_defaults",
  "remotion_jobs.create",
  "resources.create",
  "rows.create",
  "rows.duplicate",
  "sheets.clone",
  "sheets.create",
  "templates.clone",
  "tokens.create",
  "transcriptions.create",
  "user_jobs.create",
  "voices.clone",
  "voices.design.save",
  "watchlists.add_source",
  "watchlists.create",
];

const ACCEPTED: Names = ["mixes.create", "research.create", "runs.create", "voices.preview.start"];

const EMPTY: Names = [
  "conversations.pending.delete",
  "layers.delete",
  "recurring.delete",
  "voices.delete",
  "voices.elevenlabs.delete",
];

/** Deletions that GEN has a person confirm first. */
export const CONFIRMED: Names = [
  "avatars.delete",
  "avatars.looks.delete",
  "avatars.talking.delete",
  "characters.delete",
  "characters.looks.delete",
  "characters.talking.delete",
  "columns.delete",
  "layers.delete",
  "rows.delete",
  "sheets.act",
  "sheets.delete",
  "variables.delete",
];

/** Answers that are files, of any type. */
const FILES: Names = ["resources.get", "variables.template"];

const BODIES: { readonly [Name in OperationName]?: GenSchemaName | Members } = {
  "cells.generate": "Started",
  "cells.get": "Cell",
  "cells.render": "Started",
  "cells.update": "Cell",
  "columns.create": "Column",
  "credits.balance": "CreditBalance",
  "credits.transactions": list(schema("CreditTransaction")),
  "generations.continue": "Started",
  "generations.get": "Generation",
  "generations.list": object({ generations: list(schema("RunningGeneration")) }),
  "generations.stop": "Started",
  "layers.create": "Layer",
  "layers.generate": "Started",
  "layers.get": "Layer",
  "posts.create": "PostQueued",
  "rows.create": "Row",
  "rows.get": "Row",
  "rows.list": object({ spreadsheet_rows: list(schema("Row")) }),
  "runs.create": "AgentRunStarted",
  "runs.get": "AgentRun",
  "sheets.act": "ActionResults",
  "sheets.create": "Sheet",
  "sheets.get": "Sheet",
  "user_jobs.create": "UserJobCreated",
  "user_jobs.estimate": "Estimate",
  "user_jobs.get": "UserJob",
};

/** Operations whose answer names a generation, which the Worker then follows. */
export const GENERATING: Names = ["cells.generate", "cells.render", "layers.generate", "generations.continue"];

const STARTED = { generation_id: 9000, status: "pending" };

const EXAMPLES: { readonly [Name in OperationName]?: unknown } = {
  "cells.generate": STARTED,
  "cells.render": STARTED,
  "layers.generate": STARTED,
  "credits.balance": { available_credits: 4200, generation_access: true },
  "generations.get": {
    id: 9000,
    status: "completed",
    user_job_type: "image_from_text",
    result: null,
    failed_reason: null,
    output_resources: [
      {
        id: 90000,
        url: "https://cdn.example.com/90000.png",
        thumbnail_url: "https://cdn.example.com/90000.png.jpg",
        object_type: "image",
      },
    ],
    execution_cost: "12.0",
  },
  "generations.stop": { generation_id: 9000, status: "stopped" },
  "runs.create": { run_id: "run_1", conversation_id: "conversation_1", status: "running" },
  "sheets.get": {
    id: 101,
    slug: "sheet_101",
    title: "Launch videos",
    spreadsheet_columns: [{ id: 1011, title: "Script", type: "text", column_role: "ingredient", position: 1 }],
    spreadsheet_rows: [
      { id: 1012, position: 1, spreadsheet_cells: [{ id: 10111, value: "Hello", cell_role: "ingredient" }] },
    ],
  },
  "user_jobs.estimate": { estimate_id: "estimate_1", estimated_credits: 600, items: [] },
};

const PRICE_OR_PROBLEM = { ...content(schema("Quote")), ...content(schema("Problem"), undefined, PROBLEM_TYPE) };

const PASSED = ["Content-Language", "ETag", "Last-Modified", "Content-Disposition"] as const;

/** The answers of GEN's that are no problems, by status. */
export function describeAnswers(operation: Operation): Readonly<Record<string, Members>> {
  const { method, key } = operation;
  const name = operation.name as OperationName;
  const body = toBody(name);
  const durable = operation.charged || (method === "POST" && operation.replay === "unsafe");
  const keyed = durable || key === "header" || key === "body";
  const own = [
    ...(keyed ? (["Idempotency-Key"] as const) : []),
    ...(durable ? (["Idempotent-Replayed"] as const) : []),
    ...(GENERATING.includes(name) ? (["Link"] as const) : []),
    ...(name === "generations.get" ? (["Age"] as const) : []),
  ];
  const answer = (description: string, more: Members = {}): Members => ({
    description,
    headers: headers(...PASSED, ...own),
    ...more,
  });
  const whole = (of: Schema): Members => ({ content: content(of, EXAMPLES[name]) });
  const status = selectStatus(name);
  const main = GENERATING.includes(name) ? { anyOf: [body, schema("Generation")] } : body;
  return {
    ...(name === "credits.x402.quote"
      ? { 402: answer("The price; or the problem that the workspace must pay.", { content: PRICE_OR_PROBLEM }) }
      : {}),
    [status]: answer(TOLD[status] ?? "", status === "204" ? {} : toContent(name, whole(main))),
    ...(method === "DELETE" && status !== "204"
      ? { 204: answer("It is gone. So it is when a repeat no longer finds it.") }
      : {}),
    ...(method !== "GET" && status === "200"
      ? { "2XX": answer("GEN documents no other status; it may still use one.", { content: content(schema("Any")) }) }
      : {}),
    ...(durable || name === "sheets.act"
      ? { 202: describeAccepted(name, answer, status === "202" ? body : null) }
      : {}),
    ...(name === "agents.core.update"
      ? { 207: answer("One status for each section.", { content: content(schema("CoreSections")) }) }
      : {}),
    ...(CONFIRMED.includes(name)
      ? {
          428: {
            ...answer("A person must confirm first."),
            headers: headers("X-Should-Retry", ...own),
            content: content(schema("Confirmation")),
          },
        }
      : {}),
  };
}

const TOLD: Readonly<Record<string, string>> = {
  200: "GEN's answer.",
  201: "GEN's answer: it was made.",
  202: "GEN's answer: it has begun.",
  204: "Done.",
};

function selectStatus(name: OperationName): string {
  if (CREATED.includes(name)) return "201";
  if (ACCEPTED.includes(name)) return "202";
  return EMPTY.includes(name) ? "204" : "200";
}

function toBody(name: OperationName): Schema {
  const known = BODIES[name] ?? "Any";
  return typeof known === "string" ? schema(known) : known;
}

function toContent(name: OperationName, json: Members): Members {
  return FILES.includes(name) ? { content: { "*/*": {} } } : json;
}

/** What is not done yet: at GEN, or because the caller did not want to wait. */
function describeAccepted(
  name: OperationName,
  answer: (description: string, more: Members) => Members,
  body: Schema | null,
): Members {
  const bodies: Schema[] = [schema("CallAccepted")];
  if (body !== null) bodies.unshift(body);
  if (name === "sheets.act") bodies.unshift(schema("ActionPending"));
  if (GENERATING.includes(name)) bodies.push(schema("Generation"));
  const told = answer("Not done yet: look at `Location`, or send the same again under the same key.", {
    content: content(bodies.length === 1 ? (bodies[0] ?? {}) : { anyOf: bodies }),
  });
  return { ...told, headers: { ...(told.headers as Members), ...headers("Location", "Retry-After") } };
}
