import { inPath, parameter } from "../parameters.ts";
import { content, list, object, type Paths, schema } from "../shape.ts";
import { answer, describeOwn } from "./own-route.ts";

const tag = "Pipelines";
const who = { scope: "pipelines" } as const;
const name = inPath("name", "The pipeline.");
const id = inPath("id", "The run.");
const RUN_ID = "131b4db4a1f0c2d3e4f5061728394a5b6c7d8e9f00112233445566778899aabb";

const QUEUED = {
  id: RUN_ID,
  pipeline: "idea-to-video",
  state: "queued",
  trigger: { kind: "manual", client_id: "k1" },
  created_at: "2026-11-22T10:00:00.000Z",
};
const FINISHED = {
  ...QUEUED,
  state: "finished",
  ended_at: "2026-11-22T10:05:00.000Z",
  input: { idea: "A cup of coffee" },
  output: { url: "https://cdn.example.com/90000.mp4" },
  steps: [
    {
      name: "render",
      kind: "generate",
      operation: "cells.render",
      state: "done",
      attempts: 2,
      started_at: "2026-11-22T10:00:01.000Z",
      ended_at: "2026-11-22T10:04:59.000Z",
      call: `/v1/calls/${RUN_ID}`,
      generation: "9004",
      charged: "yes",
    },
  ],
};
const STOPPING = { ...FINISHED, state: "stopping", steps: [] };

export const PIPELINE_ROUTES: Paths = {
  "/pipelines": {
    get: describeOwn({
      id: "pipelines.list",
      tag,
      summary: "List the pipelines",
      who,
      answers: {
        200: answer(
          "The pipelines that the client may use.",
          content(object({ pipelines: list(schema("Pipeline")) }), {
            pipelines: [
              {
                name: "idea-to-video",
                description: "From an idea to a video",
                triggers: [{ webhook: "typeform" }],
                concurrency: 3,
                max_charges: 10,
              },
            ],
          }),
        ),
      },
    }),
  },
  "/pipelines/{name}/runs": {
    get: describeOwn({
      id: "pipelines.runs.list",
      tag,
      summary: "List the runs of a pipeline, newest first",
      who,
      parameters: [name, parameter("Before"), parameter("Limit")],
      answers: {
        200: answer(
          "The runs. `next` is the address of the next page, if there is one.",
          content(
            object({ runs: list(schema("RunSummary")), next: { type: "string", format: "uri-reference" } }, ["runs"]),
            {
              runs: [QUEUED],
            },
          ),
        ),
      },
      problems: ["bad_request", "not_found"],
    }),
    post: describeOwn({
      id: "pipelines.runs.create",
      tag,
      summary: "Start a run",
      description: "The body is the pipeline's input.",
      who,
      parameters: [name, parameter("IdempotencyKey")],
      body: { content: content({}, { idea: "A cup of coffee" }) },
      answers: {
        202: answer(
          "The run. `Location` is its address.",
          content(schema("RunSummary"), QUEUED),
          "Location",
          "Idempotent-Replayed",
        ),
      },
      problems: [
        "operation_not_allowed",
        "charges_paused",
        "bad_request",
        "body_too_large",
        "request_timeout",
        "agent_not_allowed",
        "not_found",
        "idempotency_key_reused",
        "input_invalid",
      ],
    }),
  },
  "/pipelines/{name}/runs/{id}": {
    get: describeOwn({
      id: "pipelines.runs.get",
      tag,
      summary: "Get the state of a run",
      who,
      parameters: [name, id],
      answers: { 200: answer("The run with its steps.", content(schema("Run"), FINISHED)) },
      problems: ["not_found"],
    }),
  },
  "/pipelines/{name}/runs/{id}/stop": {
    post: describeOwn({
      id: "pipelines.runs.stop",
      tag,
      summary: "Stop a run",
      who,
      parameters: [name, id],
      answers: {
        200: answer("It has ended.", content(schema("Run"), FINISHED)),
        202: answer("Its calls are being cancelled.", content(schema("Run"), STOPPING)),
      },
      problems: ["not_found"],
    }),
  },
  "/pipelines/{name}/rejected": {
    get: describeOwn({
      id: "pipelines.rejected",
      tag,
      summary: "List webhooks whose input did not fit",
      description: "Kept for three days. Not for a client that is confined to some agents.",
      who,
      parameters: [name],
      answers: {
        200: answer(
          "The deliveries.",
          content(object({ rejected: list(schema("Rejection")) }), {
            rejected: [
              {
                id: RUN_ID,
                source: "typeform",
                at: "2026-11-22T10:00:00.000Z",
                issues: ["idea: Expected string"],
                payload: "{}",
              },
            ],
          }),
        ),
      },
      problems: ["agent_not_allowed", "not_found"],
    }),
  },
};
