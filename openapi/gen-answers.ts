/** What GEN documents about each operation's successful answer: status, body, an example. */
import type { OperationName } from "../src/gen/operations.ts";
import type { GenSchemaName } from "./gen-schemas.ts";
import { list, type Members, object, type Schema, schema } from "./shape.ts";

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

/** Operations that GEN may require a person to confirm. */
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

/** Operations that answer with a file of any type. */
export const FILES: Names = ["resources.get", "variables.template"];

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

/** Operations whose answer names a generation, which the Worker then tracks. */
export const GENERATING: Names = ["cells.generate", "cells.render", "layers.generate", "generations.continue"];

const STARTED = { generation_id: 9000, status: "pending" };

export const EXAMPLES: { readonly [Name in OperationName]?: unknown } = {
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

/** The status that GEN documents; 200 where it documents none. */
export function selectStatus(name: OperationName): "200" | "201" | "202" | "204" {
  if (CREATED.includes(name)) return "201";
  if (ACCEPTED.includes(name)) return "202";
  return EMPTY.includes(name) ? "204" : "200";
}

export function toBody(name: OperationName): Schema {
  const known = BODIES[name] ?? "Any";
  return typeof known === "string" ? schema(known) : known;
}
