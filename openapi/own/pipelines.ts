import { inPath, parameter } from "../parameters.ts";
import { content, list, object, open, type Paths, schema } from "../shape.ts";
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
  tag: "customer-17",
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

const AGAIN = { ...FINISHED, state: "queued", steps: [], reruns: 1 };
const time = { type: "string", format: "date-time" };

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
                budget: { credits_per_day: 5_000, prices: { render: 50 } },
                tag: "videos",
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
      parameters: [name, parameter("RunState"), parameter("RunSince"), parameter("Before"), parameter("Limit")],
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
      description:
        "The body is the pipeline's input. Its calls are paid by the client, and held to the client's bounds and budgets as they are now: what is beyond them fails the run at that call.",
      who,
      parameters: [name, parameter("IdempotencyKey"), parameter("Tag")],
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
  "/pipelines/{name}/runs/{id}/rerun": {
    post: describeOwn({
      id: "pipelines.runs.rerun",
      tag,
      summary: "Run a failed or stopped run again",
      description:
        "It goes on from the steps that failed, as the same run: steps that are done keep their results, and nothing is charged twice. Can be repeated: it is started once.",
      who,
      parameters: [name, id],
      answers: {
        200: answer("It has finished already.", content(schema("Run"), FINISHED)),
        202: answer("It goes on.", content(schema("Run"), AGAIN)),
      },
      problems: [
        "operation_not_allowed",
        "charges_paused",
        "agent_not_allowed",
        "not_found",
        "input_invalid",
        "idempotency_in_flight",
        "outcome_unknown",
        "answer_expired",
      ],
    }),
  },
  "/pipelines/{name}/rerun": {
    post: describeOwn({
      id: "pipelines.rerun",
      tag,
      summary: "Run all failed or stopped runs of a time again",
      description:
        "At most 20 in one request, those first that were started first. Can be repeated: `next` is the body of the request for the rest. Not for a client that is confined to some agents.",
      who,
      parameters: [name],
      body: {
        required: true,
        content: content(
          object(
            {
              state: { enum: ["failed", "stopped"] },
              since: { ...time, description: "Runs that ended then or later." },
              until: { ...time, description: "Runs that ended then or earlier. Default: now." },
              after: { type: "integer", minimum: 0, description: "Where the request before ended, from `next`." },
              dry_run: { type: "boolean", default: false, description: "Only counts." },
            },
            ["state", "since"],
          ),
          { state: "failed", since: "2026-11-22T10:00:00Z", dry_run: true },
        ),
      },
      answers: {
        200: answer(
          "How many runs match, 1,000 at most, and how many were started. `refused`: the runs that can't be run again, with the steps that prevent it.",
          content(
            object(
              {
                matched: { type: "integer", minimum: 0 },
                started: { type: "integer", minimum: 0 },
                refused: list(object({ id: { type: "string" }, errors: list(open({ path: { type: "string" } })) })),
                dry_run: { type: "boolean" },
                next: open(),
              },
              ["matched", "started", "dry_run"],
            ),
            { matched: 3, started: 0, dry_run: true },
          ),
        ),
      },
      problems: [
        "operation_not_allowed",
        "charges_paused",
        "agent_not_allowed",
        "not_found",
        "bad_request",
        "body_too_large",
        "request_timeout",
      ],
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
