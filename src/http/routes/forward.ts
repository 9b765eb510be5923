/** `ANY /v1/*`: GEN's API at GEN's own paths, by the operations table. */
import type { Client } from "../../access/policy.ts";
import type { Context } from "../../context.ts";
import type { Outcome } from "../../gen/attempt.ts";
import { callGen, isKeyRejection } from "../../gen/client.ts";
import { createMatcher, type Match } from "../../gen/match.ts";
import { OPERATIONS } from "../../gen/operations.ts";
import { toAnswer } from "../answer.ts";
import { type PreparedCall, prepareCall } from "../prepare-call.ts";
import { type Problem, refuse } from "../problem.ts";
import { toProblemResponse } from "../problem-response.ts";
import { translate } from "../translate.ts";

const matchOperation = createMatcher(OPERATIONS);
const PREFIX = "/v1";

export async function forward(request: Request, ctx: Context, client: Client): Promise<Response> {
  const language = request.headers.get("accept-language");
  const match = matchOperation(request.method, ctx.url.pathname.slice(PREFIX.length));
  if (match.kind !== "found") return answerMismatch(request, match, ctx);
  ctx.event.route = `${PREFIX}${match.operation.path}`;
  ctx.event.operation = match.operation.name;
  ctx.event.ids = match.params;
  const prepared = await prepareCall(request, match, { ctx, client });
  if (!prepared.ok) return toProblemResponse(prepared.problem, ctx, language);
  const response = await send(prepared.value, ctx, language);
  const { key } = prepared.value;
  if (key !== null) response.headers.set("idempotency-key", key.callerKey);
  return response;
}

function answerMismatch(request: Request, match: Exclude<Match, { kind: "found" }>, ctx: Context): Response {
  if (match.kind === "other-method" && request.method === "OPTIONS") {
    return new Response(null, { status: 204, headers: { allow: match.allow.join(", ") } });
  }
  return toProblemResponse(toMismatch(match), ctx, request.headers.get("accept-language"));
}

function toMismatch(match: Exclude<Match, { kind: "found" }>): Problem {
  switch (match.kind) {
    case "malformed":
      return refuse("bad_request", { reason: "path_malformed" });
    case "other-method":
      return refuse("method_not_allowed", { headers: { allow: match.allow.join(", ") } });
    case "none":
      return refuse("unknown_operation");
  }
}

async function send({ call, key, upload }: PreparedCall, ctx: Context, language: string | null): Promise<Response> {
  const { event } = ctx;
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
      return await toAnswer(result.response, result.body, ctx);
    case "already-deleted":
      return new Response(null, { status: 204 });
    case "caller-gone":
      return new Response(null, { status: 499 });
    case "failure": {
      if (isKeyRejection(result.failure)) alertKeyRejected(ctx);
      const problem = upload?.problem() ?? translate(result, { operation: call.operation, ownKey: key?.own ?? false });
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
