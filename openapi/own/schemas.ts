/** The responses of the Worker's own routes. */
import type { CallReport } from "../../src/calls/call.ts";
import type { TrackedJob } from "../../src/generations/tracked-job.ts";
import type { DeliveryState } from "../../src/notifications/delivery-state.ts";
import type { RunState, StepKind, StepRecord, Waiting } from "../../src/pipelines/run-record.ts";
import { list, type Members, object, schema, words } from "../shape.ts";

const text: Members = { type: "string" };
const time: Members = { type: "string", format: "date-time" };
const count: Members = { type: "integer", minimum: 0 };
const callId: Members = { type: "string", pattern: "^[0-9a-f]{64}$" };
const closed = (properties: Members, required: readonly string[] = Object.keys(properties)): Members => ({
  ...object(properties, required),
  additionalProperties: false,
});
const charged = words<CallReport["charged"]>({ no: true, yes: true, unknown: true });
/** The use of a quota. */
const spending = (type: "integer" | "number"): Members => {
  const amount = { type, minimum: 0 };
  const limit = { type: [type, "null"], minimum: 0 };
  return closed({ reserved: amount, spent: amount, limit, left: limit }, ["reserved", "spent"]);
};

const RUN = {
  id: callId,
  pipeline: text,
  state: words<RunState>({
    queued: true,
    running: true,
    paused: true,
    stopping: true,
    finished: true,
    failed: true,
    stopped: true,
  }),
  trigger: {
    oneOf: [
      closed({ kind: { const: "manual" }, client_id: text }),
      closed({ kind: { const: "webhook" }, source: text, delivery_id: text }),
      closed({ kind: { const: "cron" }, cron: text, scheduled_at: time }),
    ],
  },
  created_at: time,
  ended_at: time,
  error: schema("RunError"),
};

const NOTIFICATION = {
  id: { type: "string", pattern: "^msg_[0-9a-f]{32}$" },
  type: text,
  state: words<DeliveryState["kind"]>({ waiting: true, sending: true, delivered: true, failed: true }),
  created_at: time,
  attempts: count,
  last_failure: { type: ["string", "null"] },
  next_attempt_at: { type: ["string", "null"], format: "date-time" },
};

export const OWN_SCHEMAS: Readonly<Record<string, Members>> = {
  Health: closed(
    {
      status: { const: "ok" },
      version: text,
      gen: {
        anyOf: [
          closed({
            reachable: { type: ["boolean", "null"] },
            key_accepted: { type: ["boolean", "null"] },
            credits: closed({ available: { type: ["number", "null"] }, low: { type: ["boolean", "null"] } }),
            problems: list(text),
            unhealthy_since: { type: ["string", "null"], format: "date-time" },
            checked_at: time,
          }),
          { type: "null" },
        ],
      },
      calls_unknown: { type: ["integer", "null"] },
      notifications_failed: { type: ["integer", "null"] },
    },
    ["status", "version"],
  ),
  Home: closed({
    name: { const: "gen-edge" },
    version: text,
    status: { enum: ["ok", "not_configured"] },
    docs: text,
    openapi: text,
    problems: text,
    health: text,
  }),
  ExplainedProblems: closed({ problems: list(schema("ExplainedProblem")) }),
  NotConfigured: closed({ status: { const: "not_configured" }, version: text, variables: list(text) }),
  ExplainedProblem: closed({
    code: text,
    status: { type: ["integer", "null"], description: "Null when GEN's own status is passed on." },
    title: text,
    detail: text,
    action: text,
    credits: text,
    retry: { type: ["string", "null"], description: "Null where `action` says all of it." },
  }),
  CallAccepted: closed({ id: callId, state: { const: "accepted" } }),
  Call: closed(
    {
      id: callId,
      operation: { ...text, description: "The `operationId`." },
      state: {
        ...words<CallReport["state"]>({
          accepted: true,
          reserved: true,
          sending: true,
          collecting: true,
          settled: true,
          not_charged: true,
          unknown: true,
        }),
        description:
          "`settled`: GEN has answered. `not_charged`: nothing happened at GEN. `unknown`: the outcome is unknown, and an operator must find out. In all other states the call continues.",
      },
      charged,
      accepted_at: time,
      sends: { ...count, description: "How many times it was sent to GEN." },
      cancel_wanted: {
        const: true,
        description: "It was cancelled: what it started was stopped, or will be when possible.",
      },
      stopped: {
        type: "boolean",
        description:
          "Of a cancelled call: whether everything that it started was stopped. False: this was not possible.",
      },
      untraced: {
        const: true,
        description:
          "GEN carried it out without naming what it started, and that was not found. An operator must find out.",
      },
      started: {
        description: "What it started at GEN.",
        ...list(closed({ kind: words<TrackedJob["kind"]>({ generation: true, user_job: true, run: true }), id: text })),
      },
      failure: {
        description: "The last failure.",
        ...object({ status: { type: "integer" }, error_code: { type: ["string", "null"] }, kind: text }, []),
      },
      answer: { description: "GEN's answer, once there is one.", ...closed({ status: { type: "integer" }, body: {} }) },
    },
    ["id", "operation", "state", "charged", "accepted_at", "sends", "started"],
  ),
  UnknownCall: closed({ id: callId, client_id: text, operation: text, unknown_since: time }),
  Usage: closed(
    {
      client_id: text,
      day: { type: "string", format: "date" },
      counted: { type: "boolean", description: "False: the client has no quota, so nothing is counted." },
      charged_calls: spending("integer"),
      credits: spending("number"),
      resets_at: time,
    },
    ["client_id", "day", "charged_calls", "credits", "resets_at"],
  ),
  Ticket: closed({ url: { type: "string", format: "uri-reference" }, expires_at: time }),
  Pipeline: closed({
    name: text,
    description: text,
    triggers: list({ oneOf: [closed({ cron: text }), closed({ webhook: text })] }),
    concurrency: { type: "integer", minimum: 1 },
    max_charges: count,
  }),
  RunError: closed({ error_code: text, detail: text, step: text }, ["error_code", "detail"]),
  RunSummary: object(RUN, ["id", "pipeline", "state", "trigger", "created_at"]),
  Run: {
    ...object({ ...RUN, input: {}, output: {}, steps: list(schema("Step")) }, [
      "id",
      "pipeline",
      "state",
      "trigger",
      "created_at",
      "input",
      "steps",
    ]),
  },
  Step: closed(
    {
      name: text,
      kind: words<StepKind>({ call: true, generate: true, step: true, notify: true }),
      operation: text,
      state: words<StepRecord["state"]>({ running: true, waiting: true, done: true, failed: true }),
      waits_for: words<Waiting>({ slot: true, call: true, generation: true, credits: true, gen: true, later: true }),
      attempts: count,
      started_at: time,
      ended_at: time,
      call: { type: "string", format: "uri-reference" },
      generation: text,
      charged,
      hint: { ...text, description: "For the pipeline's author: a `notify` step without `NOTIFY_URL` sends nothing." },
      error: schema("RunError"),
    },
    ["name", "kind", "state", "attempts", "started_at", "charged"],
  ),
  Rejection: closed({
    id: text,
    source: text,
    at: time,
    issues: list(text),
    payload: { ...text, description: "JSON, cut at 16 KiB." },
  }),
  StartedRun: closed({ pipeline: text, id: text, location: { type: "string", format: "uri-reference" } }),
  NotificationSummary: object(NOTIFICATION),
  Notification: object({ ...NOTIFICATION, tries: list(closed({ at: time, outcome: text, ms: { type: "number" } })) }),
};
