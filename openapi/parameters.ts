/** Request parameters, each described once. */
import { OPERATIONS } from "../src/gen/operations.ts";
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

const SHARED = {
  RequestId: inHeader("X-Request-Id", "Taken as the request's id if it fits; otherwise one is made.", {
    type: "string",
    pattern: "^[A-Za-z0-9._:-]{1,128}$",
  }),
  AcceptLanguage: inHeader("Accept-Language", "The language of problems: en, es, fr, de, pt or ja."),
  Traceparent: inHeader("traceparent", "W3C Trace Context: carried on to GEN, `tracestate` too."),
  Prefer: inHeader(
    "Prefer",
    "RFC 7240. `wait=N`: the budget in seconds. `respond-async`: 202 at once, on a durable call. " +
      "`return=representation`: wait for the end of the generation that the call starts.",
  ),
  IdempotencyKey: inHeader(
    "Idempotency-Key",
    "One key, one intent: the same key again never charges again. Without it one is made, and returned. " +
      "Whoever signs in with a JSON Web Token must send it on a charged call.",
    { type: "string", minLength: 1, maxLength: 255 },
  ),
  OnceKey: inHeader(
    "Idempotency-Key",
    "Optional. With it the call is done once at most: it is written down, sent once, and its answer is kept.",
    { type: "string", minLength: 1, maxLength: 255 },
  ),
  AgentId: inQuery(
    "agent_id",
    "The agent that it is for. Once only: here or in the body. GEN wants it for all that belongs to an agent, and a client that is confined to some agents must name one.",
  ),
  ConfirmToken: inQuery(
    "confirm_token",
    "From the 428 that asks for a confirmation. A person must have confirmed; never send it by machine.",
  ),
  WorkspaceId: inQuery("workspace_id", "The workspace."),
  Page: inQuery("page", "The page, from 1.", { type: "integer", minimum: 1 }),
  PaymentSignature: inHeader("PAYMENT-SIGNATURE", "The signed payment, see x402."),
  IfNoneMatch: inHeader("If-None-Match", "The `ETag` of an answer that you have: it is not sent again."),
  LastEventId: inHeader("Last-Event-ID", "The last event that was seen: the stream goes on behind it.", {
    type: "string",
  }),
  Ticket: inQuery("ticket", "Instead of a key, for an `EventSource`: from `Link`, or from the route for tickets."),
  UnknownState: inQuery("state", "Which ones. There is no other list.", { const: "unknown" }),
  FailedState: inQuery("state", "Which ones. There is no other list.", { const: "failed" }),
  OfClient: inQuery("client", "Another client's id: for an operator.", {
    type: "string",
    pattern: "^[A-Za-z0-9_]{1,64}$",
  }),
  Before: inQuery("before", "The number that the page before ended with, as in `next`.", {
    type: "integer",
    minimum: 1,
  }),
  Limit: inQuery("limit", "How many at most.", { type: "integer", minimum: 1, maximum: 100, default: 20 }),
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
