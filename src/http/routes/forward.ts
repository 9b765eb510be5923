/** `ANY /v1/*`: GEN's API at GEN's own paths, by the operations table. */
import { type Client, selectDenial } from "../../access/policy.ts";
import type { Context } from "../../context.ts";
import type { Outcome } from "../../gen/attempt.ts";
import { type CallBody, callGen, type GenCall, isKeyRejection } from "../../gen/client.ts";
import { createMatcher } from "../../gen/match.ts";
import type { Operation } from "../../gen/operation.ts";
import { OPERATIONS } from "../../gen/operations.ts";
import { VERSION } from "../../version.ts";
import { checkAgent, createUploadInspector } from "../agent-check.ts";
import { toAnswer } from "../answer.ts";
import { type CallKey, placeKeyInBody, selectCallKey } from "../call-key.ts";
import { ok, type Problem, type Result, refuse } from "../problem.ts";
import { toProblemResponse } from "../problem-response.ts";
import { type RequestBody, readRequestBody } from "../request-body.ts";
import { translate } from "../translate.ts";
import { createUpload, type Upload } from "../upload.ts";

const matchOperation = createMatcher(OPERATIONS);
const PREFIX = "/v1";

/** Request headers of the caller that GEN gets. Credentials, cookies and what proxies add are not among them. */
const PASSED_HEADERS = ["accept", "content-type", "payment-signature"] as const;

export async function forward(request: Request, ctx: Context, client: Client): Promise<Response> {
  const prepared = await prepare(request, ctx, client);
  const language = request.headers.get("accept-language");
  if (!prepared.ok) return toProblemResponse(prepared.problem, ctx, language);
  const { call, key, upload } = prepared.value;
  const response = await send(call, { ctx, key, upload, language });
  if (key !== null) response.headers.set("idempotency-key", key.callerKey);
  return request.method === "HEAD" ? withoutBody(response) : response;
}

interface Prepared {
  readonly call: GenCall;
  readonly key: CallKey | null;
  readonly upload: Upload | null;
}

/** All that is checked before anything is sent, cheapest first. */
async function prepare(request: Request, ctx: Context, client: Client): Promise<Result<Prepared>> {
  const { url, event } = ctx;
  const match = matchOperation(request.method, url.pathname.slice(PREFIX.length));
  if (match.kind !== "found") return { ok: false, problem: toMismatch(match) };
  const { operation, params } = match;
  event.route = `${PREFIX}${operation.path}`;
  event.operation = operation.name;
  event.ids = params;
  const denial = selectDenial(client.policy, operation, request.headers.get("origin"));
  if (denial) return { ok: false, problem: refuse(denial, toDenialReason(denial)) };

  const body = await readRequestBody(request, ctx);
  if (!body.ok) return body;
  const { search } = url;
  const agent = await checkAgent({ operation, params, search, body: body.value, policy: client.policy });
  if (!agent.ok) return agent;
  if (agent.value !== null) event.ids = { ...params, agent_id: agent.value };
  const key = await selectCallKey({ headers: request.headers, operation, body: body.value }, client.id);
  if (!key.ok) return key;

  const upload = body.value.kind === "large" ? toUpload(body.value, ctx, client) : null;
  const placed = placeBody(body.value, { operation, key: key.value, upload });
  if (!placed.ok) return placed;
  const headers = toGenHeaders(request.headers, { ctx, operation, key: key.value, body: placed.value });
  return ok({ call: { operation, path: match.path, search, headers, body: placed.value }, key: key.value, upload });
}

function toMismatch(match: Exclude<ReturnType<typeof matchOperation>, { kind: "found" }>): Problem {
  switch (match.kind) {
    case "malformed":
      return refuse("bad_request", { reason: "path_malformed" });
    case "other-method":
      return refuse("method_not_allowed", { headers: { allow: match.allow.join(", ") } });
    case "none":
      return refuse("unknown_operation");
  }
}

function toDenialReason(denial: "scope_required" | "origin_not_allowed") {
  return denial === "origin_not_allowed" ? { reason: "origin_on_admin" as const } : {};
}

function toUpload(body: Extract<RequestBody, { kind: "large" }>, ctx: Context, client: Client): Upload {
  const { first, rest, length } = body;
  return createUpload({ first, rest, length, inspect: createUploadInspector(client.policy) }, ctx.clock);
}

function placeBody(
  body: RequestBody,
  { operation, key, upload }: { operation: Operation; key: CallKey | null; upload: Upload | null },
): Result<CallBody> {
  if (upload) return ok({ kind: "stream", stream: upload.stream, sent: upload.sent });
  if (body.kind === "large") return { ok: false, problem: refuse("body_too_large") };
  if (operation.key === "body" && key) return placeKeyInBody(body, key);
  return ok(body.kind === "none" ? { kind: "none" } : { kind: "bytes", bytes: body.bytes });
}

function toGenHeaders(
  from: Headers,
  { ctx, operation, key, body }: { ctx: Context; operation: Operation; key: CallKey | null; body: CallBody },
): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json", "user-agent": `gen-edge/${VERSION}` };
  for (const name of PASSED_HEADERS) {
    const value = from.get(name);
    if (value !== null) headers[name] = value;
  }
  if (body.kind === "none") delete headers["content-type"];
  else headers["content-type"] ??= "application/json";
  if (key !== null && operation.key !== "body") headers["idempotency-key"] = key.genKey;
  if (ctx.trace !== null) headers.traceparent = ctx.trace.traceparent;
  return headers;
}

interface Sending {
  readonly ctx: Context;
  readonly key: CallKey | null;
  readonly upload: Upload | null;
  readonly language: string | null;
}

async function send(call: GenCall, { ctx, key, upload, language }: Sending): Promise<Response> {
  const { event } = ctx;
  const { operation } = call;
  const result = await callGen(call, {
    config: ctx.config.gen,
    state: ctx.gen,
    deadline: ctx.deadline,
    clock: ctx.clock,
    onAttempt: (outcome, ms, waited) =>
      event.attempts.push({ outcome: describe(outcome), ms, waited_ms: Math.round(waited) }),
  });
  switch (result.kind) {
    case "answer":
      event.upstream_status = result.response.status;
      return toAnswer(result.response, result.body, ctx);
    case "already-deleted":
      return new Response(null, { status: 204 });
    case "caller-gone":
      return new Response(null, { status: 499 });
    case "failure": {
      if (isKeyRejection(result.failure)) alertKeyRejected(ctx);
      const problem = upload?.problem() ?? translate(result, { operation, ownKey: key?.own ?? false });
      return toProblemResponse(problem, ctx, language);
    }
  }
}

/** A line of its own, at error level: an operator has to act, and an alert can be set on it. */
function alertKeyRejected(ctx: Context): void {
  ctx.log("error", { message: "gen_key_rejected", request_id: ctx.requestId, operation: ctx.event.operation });
}

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case "answer":
    case "whole-answer":
      return String(outcome.response.status);
    case "caller-gone":
      return outcome.kind;
    case "failure":
      return outcome.failure.kind === "status" ? String(outcome.failure.status) : outcome.failure.kind;
  }
}

/** HEAD is asked as GET, because not all of GEN's hosts know it; the caller gets the headers alone. */
function withoutBody(response: Response): Response {
  response.body?.cancel().catch(() => {});
  return new Response(null, response);
}
