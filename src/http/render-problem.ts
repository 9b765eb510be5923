import { writeJson } from "../encoding/json.ts";
import { selectLanguage } from "../problems/negotiate.ts";
import type { Problem } from "../problems/problem.ts";
import { toProblemDocument } from "../problems/problem-document.ts";
import type { Context } from "./context.ts";

/**
 * A problem as an `application/problem+json` answer (RFC 9457) in the caller's language. Also records it in the
 * request's log event. Nothing else does either.
 */
export async function renderProblem(problem: Problem, request: Request, ctx: Context): Promise<Response> {
  const texts = await ctx.texts.select(selectLanguage(request.headers.get("accept-language")));
  const { event } = ctx;
  event.error_code = problem.code;
  event.veto = problem.veto ?? null;
  event.upstream_status = problem.upstream?.status ?? null;
  event.upstream_code = problem.upstream?.error_code ?? null;
  const context = { texts, origin: ctx.url.origin, requestId: ctx.requestId, attempts: event.attempts.length };
  const body = request.method === "HEAD" ? null : writeJson(toProblemDocument(problem, context));
  return new Response(body, {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "content-language": texts.language,
      "x-should-retry": String(problem.retry !== "no"),
      ...(problem.retryAfter === undefined ? {} : { "retry-after": String(problem.retryAfter) }),
      ...problem.headers,
    },
  });
}
