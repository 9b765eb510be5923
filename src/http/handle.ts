/** Handles a request: context, preflight, routes, the one catch, the headers of every answer, the log line. */
import { ObjectUnreachable, reach } from "../objects/gate.ts";
import { sumWaited } from "../observability/event.ts";
import { toStack } from "../observability/log.ts";
import { type Problem, refuse } from "../problems/problem.ts";
import type { Context, HttpIsolate } from "./context.ts";
import { createHttpContext } from "./context.ts";
import { answerPreflight, isPreflight } from "./cors.ts";
import { finish } from "./finish.ts";
import { renderProblem } from "./render-problem.ts";
import { route } from "./router.ts";

const RETRY_AFTER_SECONDS = 2;

export async function handleHttp(
  request: Request,
  isolate: HttpIsolate,
  waitUntil: Context["waitUntil"],
): Promise<Response> {
  const startedAt = isolate.clock.now();
  const ctx = createHttpContext(request, isolate, waitUntil);
  const response = await answer(request, ctx);
  ctx.event.ms = isolate.clock.now() - startedAt;
  ctx.event.status = response.status;
  const finished = finish(response, request, ctx);
  writeLine(ctx);
  ctx.traffic.count(ctx.event, (work) => ctx.waitUntil(reach(work, ctx)));
  return finished;
}

async function answer(request: Request, ctx: Context): Promise<Response> {
  try {
    const answered = await handle(request, ctx);
    return answered instanceof Response ? answered : await renderProblem(answered, request, ctx);
  } catch (error) {
    return renderProblem(toFault(error, request, ctx), request, ctx);
  }
}

async function handle(request: Request, ctx: Context): Promise<Response | Problem> {
  if (isPreflight(request)) return answerPreflight(request);
  return route(request, ctx);
}

function toFault(error: unknown, request: Request, ctx: Context): Problem {
  if (error instanceof ObjectUnreachable) return refuseForNow(error, request, ctx);
  ctx.log("error", { message: "uncaught", request_id: ctx.requestId, error: String(error), stack: toStack(error) });
  return refuse("internal");
}

/** What an unreachable object has done is unknown. Only a read certainly spent nothing. */
function refuseForNow(error: ObjectUnreachable, { method }: Request, { log, requestId }: Context): Problem {
  log("error", { message: "object_unreachable", request_id: requestId, error: String(error) });
  const isRead = method === "GET" || method === "HEAD";
  const problem = { ...refuse("temporarily_unavailable"), retryAfter: RETRY_AFTER_SECONDS };
  return { ...problem, retry: isRead ? "yes" : "same_key", charged: isRead ? "no" : "unknown" };
}

function writeLine({ event, log }: Context): void {
  const level = event.status >= 500 ? "warn" : "info";
  log(level, { message: "request", ...event, waited_ms: sumWaited(event.attempts) });
}
