/** The responses of the Worker's own routes. */
import { CHANGES } from "../../src/activity/audit-entry.ts";
import type { CallReport } from "../../src/calls/call.ts";
import type { StoryWord } from "../../src/calls/states/story.ts";
import type { TrackedJob } from "../../src/generations/tracked-job.ts";
import { HOLDERS, WARNINGS } from "../../src/money/budget.ts";
import type { DeliveryState } from "../../src/notifications/delivery/delivery-state.ts";
import type { RunState, StepKind, StepRecord, Waiting } from "../../src/pipelines/run-record.ts";
import type { Outcome } from "../../src/webhooks/incoming/delivery.ts";
import { BUDGET_HOLDER, SHORT_BUDGET } from "../problems.ts";
import { list, type Members, object, schema, words } from "../shape.ts";

const text: Members = { type: "string" };
const time: Members = { type: "string", format: "date-time" };
const count: Members = { type: "integer", minimum: 0 };
const amount: Members = { type: "number", minimum: 0 };
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

const textOrNull: Members = { type: ["string", "null"] };
const timeOrNull: Members = { type: ["string", "null"], format: "date-time" };
const CALL_NAMES = {
  request_id: { ...textOrNull, description: "Of the request that submitted it." },
  agent_id: textOrNull,
  sheet_id: textOrNull,
  cell_id: textOrNull,
  tag: textOrNull,
  run_id: { ...textOrNull, description: "The pipeline run that it belongs to." },
};
const failure = object({ status: { type: "integer" }, error_code: textOrNull, kind: text }, []);
const jobs = list(
  closed({ kind: words<TrackedJob["kind"]>({ generation: true, user_job: true, run: true }), id: text }),
);

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
  reruns: { type: "integer", minimum: 1, description: "How often it was run again, if it was." },
  tag: { ...text, description: "The tag that its start gave it: of all its charges." },
};

const NOTIFICATION = {
  id: { type: "string", pattern: "^msg_[0-9a-f]{32}$" },
  type: text,
  state: words<DeliveryState["kind"]>({ waiting: true, sending: true, delivered: true, failed: true }),
  created_at: time,
  attempts: count,
  last_failure: { type: ["string", "null"] },
  next_attempt_at: { type: ["string", "null"], format: "date-time" },
  resent_at: { type: ["string", "null"], format: "date-time" },
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
      calls_open: { type: ["integer", "null"], description: "Open for half a minute or more." },
      notifications_waiting: { type: ["integer", "null"] },
      notifications_failed: { type: ["integer", "null"] },
      deliveries_rejected: { type: ["integer", "null"], description: "Those that can be delivered again." },
      deliveries_refused: { type: ["integer", "null"], description: "In the last day." },
      transactions_unknown: {
        type: ["integer", "null"],
        description: "What GEN took and nobody here knows, of this month and of the one before.",
      },
      runs_failed: { type: ["integer", "null"], description: "In the last day, without those that were run again." },
    },
    ["status", "version"],
  ),
  Home: closed({
    name: { const: "gen-edge" },
    version: text,
    status: { enum: ["ok", "not_configured"] },
    docs: text,
    console: text,
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
      client_id: { ...text, description: "Whose it is. Of a pipeline: `pipeline:<name>`." },
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
      ...CALL_NAMES,
      charged,
      accepted_at: time,
      next_at: { ...timeOrNull, description: "When it is sent, or GEN is asked about it, next." },
      story: { description: "What has happened, oldest first.", ...list(schema("StoryEntry")) },
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
      started: { description: "What it started at GEN.", ...jobs },
      credits: {
        description: "What it costs. Null when nothing was booked yet, or what was can't be read now.",
        anyOf: [schema("CallCredits"), { type: "null" }],
      },
      budget: {
        description:
          "Of a call that was not sent because too little was left of a budget: that budget, as it was then. Without `limit` where that is the operator's to know.",
        ...SHORT_BUDGET,
      },
      failure: { description: "The last failure.", ...failure },
      answer: { description: "GEN's answer, once there is one.", ...closed({ status: { type: "integer" }, body: {} }) },
    },
    [
      "id",
      "client_id",
      "operation",
      ...Object.keys(CALL_NAMES),
      "state",
      "charged",
      "accepted_at",
      "next_at",
      "sends",
      "started",
      "credits",
      "story",
    ],
  ),
  CallRow: closed(
    {
      id: callId,
      client_id: text,
      operation: text,
      ...CALL_NAMES,
      pipeline: textOrNull,
      state: words<CallReport["state"]>({
        accepted: true,
        reserved: true,
        sending: true,
        collecting: true,
        settled: true,
        not_charged: true,
        unknown: true,
      }),
      charged,
      estimate: { type: ["number", "null"], description: "GEN's estimate in credits, where GEN was asked." },
      accepted_at: time,
      changed_at: { ...time, description: "When this row was written." },
      next_at: timeOrNull,
      failure: { anyOf: [failure, { type: "null" }] },
      jobs,
      untraced: { const: true },
    },
    [
      "id",
      "client_id",
      "operation",
      ...Object.keys(CALL_NAMES),
      "pipeline",
      "state",
      "charged",
      "estimate",
      "accepted_at",
      "changed_at",
      "next_at",
      "failure",
      "jobs",
    ],
  ),
  NextPage: { ...text, format: "uri-reference", description: "The path of the next page. Absent at the end." },
  StoryEntry: object(
    {
      at: time,
      what: words<StoryWord>({
        accepted: true,
        joined: true,
        reserved: true,
        unpriced: true,
        sent: true,
        answered: true,
        turned_away: true,
        refused: true,
        ambiguous: true,
        held: true,
        interrupted: true,
        nothing_found: true,
        not_searched: true,
        adopted: true,
        cancelled: true,
        settled: true,
        not_charged: true,
        unknown: true,
        untraced: true,
        resolved: true,
        found: true,
        followed: true,
        stopped: true,
        not_stopped: true,
        notified: true,
      }),
      outcome: { ...text, description: "Of a send: GEN's status, or what happened instead of an answer." },
      error_code: text,
      why: text,
      charged: { type: "boolean" },
      next_at: time,
      request_id: text,
    },
    ["at", "what"],
  ),
  Activity: closed({
    from: time,
    to: time,
    step_seconds: { type: "integer", minimum: 60 },
    series: list(
      closed({
        at: { ...time, description: "The start of the step." },
        requests: count,
        by_outcome: closed({ success: count, refused: count, failed: count }),
        errors: { type: "object", additionalProperties: count, description: "Problems by code." },
        attempts: { ...count, description: "Requests to GEN that were made while a caller waited." },
        latency_ms: closed({ p50: { type: ["number", "null"] }, p95: { type: ["number", "null"] } }),
        credits: { type: "number", description: "By GEN's estimates, of calls that were accepted in the step." },
      }),
    ),
  }),
  Usage: closed(
    {
      client_id: text,
      day: { type: "string", format: "date" },
      counted: { const: true, description: "Every charged call is counted." },
      charged_calls: spending("integer"),
      credits: spending("number"),
      resets_at: time,
      month: closed({ charged_calls: spending("integer"), credits: spending("number") }),
      budgets: {
        description: "Your own budgets, and those of the tag that your policy sets. Not of another client.",
        ...list(
          closed({
            ...BUDGET_HOLDER,
            unit: { enum: ["calls", "credits"] },
            per: { enum: ["day", "month"] },
            limit: amount,
            used: { ...amount, description: "Spent, or reserved by calls that are under way." },
            left: amount,
            renews_at: time,
          }),
        ),
      },
    },
    ["client_id", "day", "charged_calls", "credits", "resets_at", "month"],
  ),
  Ticket: closed({ url: { type: "string", format: "uri-reference" }, expires_at: time }),
  Pipeline: closed(
    {
      name: text,
      description: text,
      triggers: list({ oneOf: [closed({ cron: text }), closed({ webhook: text })] }),
      concurrency: { type: "integer", minimum: 1 },
      max_charges: count,
      budget: {
        ...closed(
          {
            charges_per_day: count,
            charges_per_month: count,
            credits_per_day: amount,
            credits_per_month: amount,
            prices: { type: "object", additionalProperties: amount },
          },
          [],
        ),
        description:
          "What all of its runs may spend together, by days and months of UTC. Empty: it has no budget of its own.",
      },
      tag: { ...text, description: "The tag of the runs that are started without one." },
    },
    ["name", "description", "triggers", "concurrency", "max_charges", "budget"],
  ),
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
  Delivery: closed({
    id: text,
    source: { type: ["string", "null"], description: "Null when the address named no source." },
    delivery_id: { type: ["string", "null"], description: "What identifies it to its sender; null if it was refused." },
    at: time,
    outcome: {
      ...words<Outcome>({ accepted: true, refused: true, rejected: true }),
      description: "`rejected`: correctly signed, but it fitted no pipeline that it is for.",
    },
    reason: {
      type: ["string", "null"],
      description: "Of a refused one a code, of a rejected one what did not fit, of an accepted one null.",
    },
    size: { type: ["integer", "null"], minimum: 0, description: "Of its body in bytes, if that was read." },
    pipeline: { type: ["string", "null"], description: "The one that it did not fit, or now does." },
    runs: list(schema("StartedRun")),
    can_deliver: { type: "boolean", description: "Whether it is kept whole, to be delivered again." },
    kept_until: time,
  }),
  StartedRun: closed({ pipeline: text, id: text, location: { type: "string", format: "uri-reference" } }),
  Charges: closed({
    paused: { type: "boolean" },
    by: { enum: ["switch", "variable", null] },
    since: { type: ["string", "null"], format: "date-time" },
  }),
  BudgetUse: closed({
    of: { enum: HOLDERS },
    name: { type: ["string", "null"] },
    unit: { enum: ["calls", "credits"] },
    per: { enum: ["day", "month"] },
    period: text,
    limit: { type: "number" },
    used: { type: "number" },
    left: { type: "number" },
    reached: { enum: [0, ...WARNINGS] },
    renews_at: time,
  }),
  AuditEntry: object({
    at: time,
    client_id: text,
    what: { enum: CHANGES },
    target: { type: ["string", "null"] },
    request_id: text,
    address_family: { enum: ["ipv4", "ipv6", null] },
  }),
  Resent: closed({ matched: count, resent: count, left: count, dry_run: { type: "boolean" } }),
  NotificationSummary: object(NOTIFICATION),
  Notification: object({ ...NOTIFICATION, tries: list(closed({ at: time, outcome: text, ms: { type: "number" } })) }),
};
