/** Request parameters, each described once. */
import { OPERATIONS } from "../src/gen/operations.ts";
import { HOLDERS } from "../src/money/budget.ts";
import { CHARGE_ENDS, CHARGE_STATES } from "../src/money/ledger/charge.ts";
import { GROUPINGS, ORDERS } from "../src/money/ledger/query.ts";
import { LISTED_STATES } from "../src/notifications/delivery/delivery-view.ts";
import { NOTIFICATION_TYPES } from "../src/notifications/notification.ts";
import type { Members, Reference } from "./shape.ts";

const inHeader = (name: string, description: string, schema: Members = { type: "string" }): Members => ({
  name,
  in: "header",
  description,
  schema,
});

const inQuery = (name: string, description: string, schema: Members = { type: "string" }): Members => ({
  name,
  in: "query",
  description,
  schema,
});

const DAY = { type: "string", format: "date" };

const SHARED = {
  RequestId: inHeader(
    "X-Request-Id",
    "Used as the request's id if it matches the pattern. Otherwise an id is generated.",
    {
      type: "string",
      pattern: "^[A-Za-z0-9._:-]{1,128}$",
    },
  ),
  AcceptLanguage: inHeader("Accept-Language", "The language of problems: en, es, fr, de, pt or ja."),
  Traceparent: inHeader("traceparent", "W3C Trace Context. Passed on to GEN, with `tracestate`."),
  Prefer: inHeader(
    "Prefer",
    "RFC 7240. `wait=N`: the time budget in seconds. `respond-async`: a durable call is answered with 202 at once. " +
      "`return=representation`: wait for the end of the generation that the call starts.",
  ),
  IdempotencyKey: inHeader(
    "Idempotency-Key",
    "A repeat with the same key is never charged again. Without a key, one is generated and returned. " +
      "Charged calls with a JSON Web Token must send it.",
    { type: "string", minLength: 1, maxLength: 255 },
  ),
  OnceKey: inHeader(
    "Idempotency-Key",
    "Optional. With it the call happens at most once: it is stored, sent once, and its answer is kept.",
    { type: "string", minLength: 1, maxLength: 255 },
  ),
  NewKey: {
    ...inHeader(
      "Idempotency-Key",
      "A repeat with the same key within a day gets the same answer, with the same new key in it. A random UUID is good.",
      { type: "string", minLength: 1, maxLength: 255 },
    ),
    required: true,
  },
  AgentId: inQuery(
    "agent_id",
    "The agent. Give it only once, here or in the body. GEN requires it for everything that belongs to an agent. A client that is confined to some agents must always give it.",
  ),
  ConfirmToken: inQuery(
    "confirm_token",
    "From the 428 answer that asks for a confirmation. Send it only after a person has confirmed, never automatically.",
  ),
  WorkspaceId: inQuery("workspace_id", "The workspace."),
  Page: inQuery("page", "The page, from 1.", { type: "integer", minimum: 1 }),
  PaymentSignature: inHeader("PAYMENT-SIGNATURE", "The signed payment, see x402."),
  IfNoneMatch: inHeader("If-None-Match", "The `ETag` of an answer that you have. It is not sent again if unchanged."),
  LastEventId: inHeader("Last-Event-ID", "The last event that you received. The stream continues after it.", {
    type: "string",
  }),
  Ticket: inQuery(
    "ticket",
    "Replaces the key, for an `EventSource`. From the `Link` header, or from the tickets route.",
  ),
  Tag: inHeader(
    "X-GenEdge-Tag",
    "Your word for whom or what the call is. It is kept with a durable call, calls are found by it, and a tag can have budgets. A policy may demand it, or set it. GEN does not get it.",
    { type: "string", pattern: "^[A-Za-z0-9._-]{1,64}$" },
  ),
  Sought: inQuery(
    "q",
    "An id that somebody quotes: of a call, a request, a generation, a job, a run, a notification, an incoming delivery, a tag; or a caller's `Idempotency-Key`, which needs `client`.",
  ),
  CallGroup: inQuery(
    "state",
    "`open`: not ended. `unknown`: an operator must look. `free`: nothing was charged. In lists of open and unknown calls, those that cost credits come first, and the clients by turns; in others the newest.",
    { enum: ["open", "unknown", "settled", "free"] },
  ),
  CallsOf: inQuery("client", "The client's id."),
  CallsOfAgent: inQuery("agent", "The agent's id."),
  CallsOfOperation: inQuery("operation", "The `operationId`."),
  CallsOfTag: inQuery("tag", "The tag."),
  CallsOfPipeline: inQuery("pipeline", "The pipeline's name."),
  By: inQuery("by", "Answers with a report of what was spent, in groups.", { enum: GROUPINGS }),
  FromDay: inQuery("from", "The first day (UTC). Default: the first of the month of `to`.", DAY),
  ToDay: inQuery("to", "The last day (UTC). Default: today.", DAY),
  ChargesOf: inQuery(
    "client",
    "Whose money it was: a client's or user's id, or `pipeline:<name>`. Others' are for operators.",
  ),
  ChargesOfType: inQuery("type", "GEN's generation type."),
  ChargesOfAccount: inQuery("account", "The GEN account."),
  ChargeOrder: inQuery("order", "The newest first, or the dearest.", { enum: ORDERS, default: "time" }),
  ChargeState: inQuery("state", "How they stand.", { enum: CHARGE_STATES }),
  ChargeEnd: inQuery("ended", "How what they started has ended.", { enum: CHARGE_ENDS }),
  ReportLimit: inQuery(
    "limit",
    "The largest number of items to return. A page may be shorter and still have a `cursor`.",
    {
      type: "integer",
      minimum: 1,
      maximum: 1_000,
    },
  ),
  NextCursor: inQuery("cursor", "Where the previous page ended, from `cursor`."),
  From: inQuery("from", "Not before this time.", { type: "string", format: "date-time" }),
  To: inQuery("to", "Not after this time.", { type: "string", format: "date-time" }),
  Step: inQuery("step", "The length of a step.", { enum: ["minute", "hour", "day"], default: "minute" }),
  PageLimit: inQuery("limit", "The largest number of items to return. A page may be shorter and still have a `next`.", {
    type: "integer",
    minimum: 1,
    maximum: 100,
    default: 50,
  }),
  Cursor: inQuery("cursor", "Where the previous page ended, from `next`."),
  Month: inQuery("month", "A month (UTC). Default: this one.", { type: "string", pattern: "^\\d{4}-(0[1-9]|1[0-2])$" }),
  NotificationState: inQuery("state", "How they stand. One that is being sent right now waits.", {
    enum: LISTED_STATES,
    default: "failed",
  }),
  NotificationType: inQuery("type", "Only notifications of this type.", { enum: NOTIFICATION_TYPES }),
  BudgetPeriod: inQuery("period", "A day or a month (UTC): `2026-11-22`, `2026-11`.", { type: "string" }),
  BudgetOf: inQuery("of", "Budgets of this kind of holder alone.", { enum: HOLDERS }),
  BudgetName: inQuery("name", "Of this holder alone; needs `of`.", { type: "string" }),
  RunState: inQuery("state", "Runs in this state only.", { $ref: "#/components/schemas/RunSummary/properties/state" }),
  RunSince: inQuery("since", "Runs that were going on at this time or later. ISO 8601, with an offset or `Z`.", {
    type: "string",
    format: "date-time",
  }),
  DeliveryOutcome: inQuery("outcome", "Deliveries with this outcome only.", {
    enum: ["accepted", "refused", "rejected"],
  }),
  DeliverySource: inQuery("source", "Deliveries of this source only."),
  Before: inQuery("before", "Where the previous page ended, from `next`.", {
    type: "integer",
    minimum: 1,
  }),
  Limit: inQuery("limit", "The largest number of items to return.", {
    type: "integer",
    minimum: 1,
    maximum: 100,
    default: 20,
  }),
} as const satisfies Readonly<Record<string, Members>>;

/** Path parameters of GEN that are not simply the id of what they are named after. */
const IN_PATH: Readonly<Record<string, string>> = {
  slug: "The template's slug.",
  status: "The status to set.",
  item: "The id of the source.",
  list: "The id of the watchlist.",
};

const namesInPaths = new Set(OPERATIONS.flatMap(({ path }) => toNames(path)));

export const PARAMETERS: Readonly<Record<string, Members>> = {
  ...SHARED,
  ...Object.fromEntries(
    [...namesInPaths].map((name) => [`path_${name}`, inPath(name, IN_PATH[name] ?? `The id of the ${name}.`)]),
  ),
};

export function parameter(name: keyof typeof SHARED): Reference {
  return { $ref: `#/components/parameters/${name}` };
}

/** The parameters in one of GEN's paths: `/vidsheet/:sheet` has one. */
export function pathParameters(path: string): readonly Reference[] {
  return toNames(path).map((name) => ({ $ref: `#/components/parameters/path_${name}` }));
}

/** A parameter in one of the Worker's own paths. */
export function inPath(name: string, description: string, schema: Members = { type: "string" }): Members {
  return { name, in: "path", required: true, description, schema };
}

/** Parameters that every request accepts. */
export const EVERY_REQUEST: readonly Reference[] = [
  parameter("RequestId"),
  parameter("AcceptLanguage"),
  parameter("Traceparent"),
  parameter("Prefer"),
];

function toNames(path: string): string[] {
  return Array.from(path.matchAll(/:(\w+)/g), ([, name = ""]) => name);
}
