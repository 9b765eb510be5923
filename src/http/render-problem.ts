import { writeJson } from "../encoding/json.ts";
import { selectLanguage } from "../problems/negotiate.ts";
import type { Problem } from "../problems/problem.ts";
import { toProblemDocument } from "../problems/problem-document.ts";
import type { Context } from "./context.ts";

/** A problem as an `application/problem+json` answer in the caller's language. */
export async function toProblemResponse(
  problem: Problem,
  ctx: Context,
  acceptLanguage: string | null,
): Promise<Response> {
  const texts = await ctx.texts.select(selectLanguage(acceptLanguage));
  const { event } = ctx;
  event.error_code = problem.code;
  event.veto = problem.veto ?? null;
  event.upstream_status = problem.upstream?.status ?? null;
  event.upstream_code = problem.upstream?.error_code ?? null;
  const told = { texts, origin: ctx.url.origin, requestId: ctx.requestId, attempts: event.attempts.length };
  const body = toProblemDocument(problem, told);
  return new Response(writeJson(body), {
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
