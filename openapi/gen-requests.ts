/** The request bodies that GEN documents; the other operations accept any object. */
import type { Operation } from "../src/gen/operation.ts";
import type { OperationName } from "../src/gen/operations.ts";
import { list, type Members, object, open, type Reference, schema } from "./shape.ts";

const text: Members = { type: "string" };
const agentId = { agent_id: schema("Id") };

interface Known {
  readonly schema: Members;
  readonly example: unknown;
}

const GENERATE: Known = {
  schema: object({
    generation_type: {
      ...text,
      description:
        "`text`, `image_from_text`, `video_from_text`, `video_from_image`, `video_from_ingredients`, `speech_from_text`, `lipsync`, `captions`, `transcription`, `song`, …",
    },
    data: { ...open(), description: "By type: `prompt`, `model`, `aspect_ratio`, `duration`, …" },
  }),
  example: { generation_type: "text", data: { prompt: "Write a hook about coffee" } },
};

const KNOWN: { readonly [Name in OperationName]?: Known } = {
  "cells.generate": GENERATE,
  "layers.generate": GENERATE,
  "cells.update": {
    schema: object({ spreadsheet_cell: open({ value: {} }), ...agentId }, []),
    example: { spreadsheet_cell: { value: "A new script" } },
  },
  "generations.continue": { schema: object(agentId, []), example: { agent_id: 42 } },
  "generations.stop": { schema: object(agentId, []), example: { agent_id: 42 } },
  "posts.create": {
    schema: object(
      {
        ...agentId,
        platform: list({ enum: ["tiktok", "instagram", "facebook", "youtube", "x", "linkedin"] }),
        schedule_type: { enum: ["now", "specific_time", "next_available"] },
        scheduled_time: text,
        media_url: text,
        media_urls: list(text),
        title: text,
        description: text,
        strict: { type: "boolean" },
      },
      ["agent_id", "platform", "schedule_type"],
    ),
    example: {
      agent_id: 42,
      platform: ["youtube"],
      schedule_type: "now",
      media_url: "https://cdn.example.com/90000.mp4",
      title: "Hello",
      strict: true,
    },
  },
  "runs.approve": { schema: object({ approved: { type: "boolean" } }), example: { approved: true } },
  "runs.create": {
    schema: object({ message: text, ...agentId, conversation_id: schema("Id") }, ["message", "agent_id"]),
    example: { message: "Ten ideas about coffee", agent_id: 42 },
  },
  "sheets.act": {
    schema: object(
      {
        ...agentId,
        actions: {
          ...list(open({ action: text, target: open() }, ["action"])),
          minItems: 1,
          maxItems: 200,
        },
        change_set_id: schema("Id"),
        auto_regenerate: {
          type: "boolean",
          description: "Unless it is false, cells that depend on an edit are generated anew, and charged.",
        },
      },
      ["agent_id", "actions"],
    ),
    example: {
      agent_id: 42,
      actions: [{ action: "update", target: { type: "cell", id: 10111, sheet_id: 101 }, value: "A new script" }],
      auto_regenerate: false,
    },
  },
  "sheets.create": {
    schema: object({ spreadsheet: open({ title: text }), ...agentId }, ["spreadsheet"]),
    example: { spreadsheet: { title: "Launch videos" }, agent_id: 42 },
  },
  "user_jobs.create": {
    schema: object({ ...agentId, user_job_type: text, data: { ...open(), type: ["object", "string"] } }, [
      "user_job_type",
    ]),
    example: { user_job_type: "image_from_text", data: { prompt: "A cup of coffee" } },
  },
  "user_jobs.estimate": {
    schema: object({ ...agentId, user_job: object({ user_job_type: text, data: {} }) }, ["user_job"]),
    example: {
      agent_id: 42,
      user_job: { user_job_type: "video_from_text", data: { prompt: "A cup of coffee", duration: 10 } },
    },
  },
};

/** Deletions whose body says what to delete. */
const DELETING_BY_BODY: readonly OperationName[] = [
  "agents.core.images.remove",
  "ideas.preferences.remove",
  "recurring.delete_by_name",
  "watchlists.remove_sources",
];

/** A body in any of the three formats that GEN accepts. */
export const ANY_BODY: Members = {
  description:
    "In UTF-8. At most 1 MiB; more is passed on as it arrives, sent once, and not repeated. A multipart body must then be as browsers write it.",
  content: {
    "application/json": { schema: open() },
    "application/x-www-form-urlencoded": { schema: open() },
    "multipart/form-data": { schema: open() },
  },
};

export function describeRequest(operation: Operation): { requestBody?: Members | Reference } {
  const name = operation.name as OperationName;
  const known = KNOWN[name];
  if (known !== undefined) return { requestBody: { content: { "application/json": known } } };
  const bodyless = operation.method === "GET" || (operation.method === "DELETE" && !DELETING_BY_BODY.includes(name));
  return bodyless ? {} : { requestBody: { $ref: "#/components/requestBodies/Any" } };
}
