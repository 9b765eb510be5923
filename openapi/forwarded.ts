/** The forwarded operations of GEN in the document, one per line of the operations table. */
import type { Operation } from "../src/gen/operation.ts";
import { OPERATIONS, type OperationName } from "../src/gen/operations.ts";
import { selectFreshSeconds } from "../src/http/forward/cache/cacheable-operations.ts";
import { describeAnswers } from "./describe-answers.ts";
import { CONFIRMED } from "./gen-answers.ts";
import { describeRequest } from "./gen-requests.ts";
import { selectTag, toSummary } from "./names.ts";
import { EVERY_REQUEST, parameter, pathParameters } from "./parameters.ts";
import { problems } from "./problems.ts";
import type { Operation as Described, Method, PathItem, Reference } from "./shape.ts";

/** GEN's old names for operations that exist under new names. */
const DEPRECATED = /^(avatars|profile|remotion_jobs)\./;

export function describeForwarded(): Readonly<Record<string, PathItem>> {
  const paths: Record<string, PathItem> = {};
  for (const operation of OPERATIONS as readonly Operation[]) {
    const path = toTemplate(operation.path);
    paths[path] = { ...paths[path], [operation.method.toLowerCase() as Method]: describe(operation) };
  }
  return paths;
}

/** `/vidsheet/:sheet` becomes `/v1/vidsheet/{sheet}`. */
function toTemplate(path: string): string {
  return `/v1${path.replace(/:(\w+)/g, "{$1}")}`;
}

function describe(operation: Operation): Described {
  const { name, scope, charged, replay } = operation;
  return {
    operationId: name,
    tags: [selectTag(operation)],
    summary: toSummary(operation),
    description: toDescription(operation),
    ...(DEPRECATED.test(name) ? { deprecated: true } : {}),
    "x-scope": scope,
    "x-charged": charged,
    "x-replay": replay,
    parameters: [...pathParameters(operation.path), ...selectParameters(operation), ...EVERY_REQUEST],
    ...describeRequest(operation),
    // A status that GEN uses for an answer is described as an answer.
    responses: { ...problems(...selectProblems(operation)), ...describeAnswers(operation) },
  };
}

function toDescription({ path, scope, charged }: Operation): string {
  return [
    `Needs the scope \`${scope}\`.`,
    ...(charged ? ["Costs credits."] : []),
    ...(path.startsWith("/vidsheet")
      ? [`Also at \`${toTemplate(path).replace("/vidsheet", "/autocontentengine")}\`, its old name.`]
      : []),
  ].join(" ");
}

function selectParameters(operation: Operation): Reference[] {
  const { method, agent, charged, replay, key } = operation;
  const name = operation.name as OperationName;
  const once = method === "POST" && replay === "unsafe";
  const namesAgent = agent === "param" || (agent === "id" && method === "POST");
  return [
    ...(namesAgent ? [parameter("AgentId")] : []),
    ...(charged || key === "header" || key === "body"
      ? [parameter("IdempotencyKey")]
      : once
        ? [parameter("OnceKey")]
        : []),
    ...(charged || once ? [parameter("Tag")] : []),
    ...(CONFIRMED.includes(name) && method === "DELETE" ? [parameter("ConfirmToken")] : []),
    ...(name === "agents.list" || (name.startsWith("credits.") && method === "GET") ? [parameter("WorkspaceId")] : []),
    ...(selectFreshSeconds(name, method) === null ? [] : [parameter("IfNoneMatch")]),
    ...(name === "templates.list" ? [parameter("Page")] : []),
    ...(name === "credits.x402.settle" ? [parameter("PaymentSignature")] : []),
  ];
}

function selectProblems({ method, agent }: Operation): number[] {
  const writes = method === "GET" ? [] : [408, 409, 413, 415];
  const credits = agent === "catalogue" ? [] : [402];
  return [400, 401, ...credits, 403, 404, ...writes, 422, 429, 500, 502, 503, 504];
}
