/** `GET /problems/:code`: what an error code means. The `type` of a problem points here. */

import { GEN_ERRORS } from "../../gen/error-catalogue.ts";
import type { Messages } from "../../problems/messages.ts";
import { prefersHtml, selectLanguage } from "../../problems/negotiate.ts";
import { type Problem, refuse } from "../../problems/problem.ts";
import { OWN_PROBLEMS, type ProblemCode } from "../../problems/problem-codes.ts";
import { explain, renderProblemPage } from "../../problems/problem-page.ts";
import type { Context } from "../context.ts";

export async function explainProblem(request: Request, ctx: Context, code: string): Promise<Response | Problem> {
  const { headers } = request;
  const texts = await ctx.texts.select(selectLanguage(headers.get("accept-language")));
  const { language, messages } = texts;
  if (!isProblemCode(code, messages)) return refuse("route_not_found");
  const explained = explain(code, selectStatus(code), messages);
  const common = { "content-language": language, "cache-control": "public, max-age=3600", vary: "Accept" };
  if (!prefersHtml(headers.get("accept"))) return Response.json(explained, { headers: common });
  return new Response(renderProblemPage(explained, texts), {
    headers: {
      ...common,
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    },
  });
}

function isProblemCode(code: string, messages: Messages): code is ProblemCode {
  return Object.hasOwn(messages.problems, code);
}

/** Null when GEN's own status is passed on. */
function selectStatus(code: ProblemCode): number | null {
  if (code in OWN_PROBLEMS) return OWN_PROBLEMS[code as keyof typeof OWN_PROBLEMS];
  const entries = Object.entries(GEN_ERRORS).map(([genCode, entry]) => ({ code: genCode, ...entry }));
  return entries.find((entry) => entry.code === code)?.status ?? null;
}
