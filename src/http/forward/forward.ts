/** `ANY /v1/*`: GEN's API at GEN's own paths, limited to the operations table. */
import type { Client } from "../../access/policy.ts";
import { describeOutcome } from "../../gen/attempt.ts";
import { callGen } from "../../gen/client.ts";
import { createMatcher, type Match } from "../../gen/match.ts";
import type { Operation } from "../../gen/operation.ts";
import { OPERATIONS } from "../../gen/operations.ts";
import { type Problem, refuse } from "../../problems/problem.ts";
import { toProblem } from "../../problems/to-problem.ts";
import type { Context } from "../context.ts";
import { toAnswer } from "./answer.ts";
import { answerDurably, isDurable, withHeader } from "./answer-durably.ts";
import { selectFreshSeconds } from "./cache/cacheable-operations.ts";
import { answerFromCache } from "./cache/response-cache.ts";
import { recordMade } from "./ownership.ts";
import { type PreparedCall, prepareCall, toFacts } from "./prepare-call.ts";
import { answerFromTracker, hintTracker } from "./tracker-answer.ts";
import { recordUploadCharge } from "./upload-charge.ts";

const matchOperation = createMatcher(OPERATIONS);
const PREFIX = "/v1";
const SUCCESS = /^2\d\d$/;

/** The route that the line of a refused request names; null when no operation matches. */
export function findGenRoute(method: string, pathname: string): string | null {
  const match = matchOperation(method, pathname.slice(PREFIX.length));
  return match.kind === "found" ? `${PREFIX}${match.operation.path}` : null;
}

export async function forward(request: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  const match = matchOperation(request.method, ctx.url.pathname.slice(PREFIX.length));
  if (match.kind !== "found") return answerMismatch(request, match);
  ctx.event.route = `${PREFIX}${match.operation.path}`;
  ctx.event.operation = match.operation.name;
  ctx.event.ids = match.params;
  const prepared = await prepareCall(request, match, { ctx, client });
  if (!prepared.ok) return prepared.problem;
  const answered = await answer(request, prepared.value, { ctx, client });
  recordFailedHost(prepared.value.call.operation, ctx);
  const { key } = prepared.value;
  return key === null ? answered : withHeader(answered, "idempotency-key", key.callerKey);
}

/** Tells a reader of the log which GEN it was that failed: the real one, or another. */
function recordFailedHost({ host }: Operation, { config, event }: Context): void {
  if (event.attempts.some(({ outcome }) => !SUCCESS.test(outcome)))
    event.upstream_host = new URL(config.gen.baseUrls[host]).host;
}

interface Asking {
  readonly ctx: Context;
  readonly client: Client;
}

/** Answers by a durable call, from a tracker or the cache, or directly from GEN. */
async function answer(request: Request, prepared: PreparedCall, { ctx, client }: Asking): Promise<Response | Problem> {
  const { key, call } = prepared;
  if (key !== null && isDurable(prepared)) return answerDurably({ prepared, key, client }, ctx);
  const known = call.operation.name === "generations.get" ? await answerFromTracker(prepared, ctx) : null;
  if (known) return known;
  const freshSeconds = selectFreshSeconds(call.operation.name, request.method);
  if (freshSeconds !== null) {
    const reading = { ctx, client, operation: call.operation, freshSeconds };
    return answerFromCache(request, reading, (using) => send(prepared, { ctx: using, client }));
  }
  const answered = await send(prepared, { ctx, client });
  recordUploadCharge(answered, prepared, ctx);
  if (!(answered instanceof Response)) return answered;
  await recordMade(answered, call, { ctx, client });
  if (call.operation.name === "generations.stop" && answered.ok) await hintTracker(prepared.params, ctx);
  return answered;
}

function answerMismatch(request: Request, match: Exclude<Match, { kind: "found" }>): Response | Problem {
  if (match.kind === "other-method" && request.method === "OPTIONS") {
    return new Response(null, { status: 204, headers: { allow: match.allow.join(", ") } });
  }
  return toMismatch(match);
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

async function send(prepared: PreparedCall, { ctx, client }: Asking): Promise<Response | Problem> {
  const { call, upload, account } = prepared;
  const { event } = ctx;
  const result = await callGen(call, {
    config: ctx.config.gen,
    state: ctx.gen,
    account,
    by: client.id,
    requestId: ctx.requestId,
    deadline: ctx.deadline,
    clock: ctx.clock,
    onAttempt: (outcome, ms, waited) =>
      event.attempts.push({ outcome: describeOutcome(outcome), ms, waited_ms: Math.round(waited) }),
  });
  switch (result.kind) {
    case "answer":
      event.upstream_status = result.response.status;
      return await toAnswer(result, ctx);
    case "already-deleted":
      return new Response(null, { status: 204 });
    case "caller-gone":
      return new Response(null, { status: 499 });
    case "failure":
      return upload?.problem() ?? toProblem(result, toFacts(prepared));
  }
}
