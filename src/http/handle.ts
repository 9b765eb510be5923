/** From a request to its answer: context, preflight, routes, the one catch, the headers of every answer, the log line. */

import { sumWaited } from "../observability/event.ts";
import { type Problem, refuse } from "../problems/problem.ts";
import type { Context, HttpIsolate } from "./context.ts";
import { createHttpContext } from "./context.ts";
import { answerPreflight, isPreflight } from "./cors.ts";
import { finish } from "./finish.ts";
import { renderProblem } from "./render-problem.ts";
import { route } from "./router.ts";

export async function handleHttp(
  request: Request,
  isolate: HttpIsolate,
  waitUntil: Context["waitUntil"],
): Promise<Response> {
  const startedAt = isolate.clock.now();
  const ctx = createHttpContext(request, isolate, waitUntil);
  const answered = await answer(request, ctx);
  const response = answered instanceof Response ? answered : await renderProblem(answered, request, ctx);
  ctx.event.ms = isolate.clock.now() - startedAt;
  ctx.event.status = response.status;
  const finished = finish(response, request, ctx);
  writeLine(ctx);
  return finished;
}

async function answer(request: Request, ctx: Context): Promise<Response | Problem> {
  try {
    if (isPreflight(request)) return answerPreflight(request);
    if (ctx.fault) throw ctx.fault;
    return await route(request, ctx);
  } catch (error) {
    ctx.log("error", { message: "uncaught", request_id: ctx.requestId, error: String(error), stack: toStack(error) });
    return refuse("internal");
  }
}

function toStack(error: unknown): string | null {
  return error instanceof Error ? (error.stack ?? null) : null;
}

function writeLine({ event, log }: Context): void {
  const level = event.status >= 500 ? "warn" : "info";
  log(level, { message: "request", ...event, waited_ms: sumWaited(event.attempts) });
}
