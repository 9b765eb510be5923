/** `GET /problems` and `GET /problems/:code`: what error codes mean. The `type` of a problem points here. */
import { GEN_ERRORS } from "../../gen/error-catalogue.ts";
import { COMPOSITION } from "../../problems/composition.ts";
import { type Problem, refuse } from "../../problems/problem.ts";
import { OWN_PROBLEMS, type ProblemCode } from "../../problems/problem-codes.ts";
import { explain, renderProblemList, renderProblemPage } from "../../problems/problem-page.ts";
import type { Context } from "../context.ts";
import { selectTexts, toPageOrJson } from "../page-or-json.ts";

const CODES = Object.keys(COMPOSITION) as ProblemCode[];

export async function explainProblem(request: Request, ctx: Context, code: string): Promise<Response | Problem> {
  if (!isProblemCode(code)) return refuse("route_not_found");
  const texts = await selectTexts(request, ctx);
  const explained = explain(code, selectStatus(code), texts.messages);
  return toPageOrJson(request, texts, { json: explained, page: () => renderProblemPage(explained, texts) });
}

export async function listProblems(request: Request, ctx: Context): Promise<Response> {
  const texts = await selectTexts(request, ctx);
  const problems = CODES.map((code) => explain(code, selectStatus(code), texts.messages));
  return toPageOrJson(request, texts, { json: { problems }, page: () => renderProblemList(problems, texts) });
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(COMPOSITION, code);
}

/** Null when GEN's own status is passed on. */
function selectStatus(code: ProblemCode): number | null {
  if (code in OWN_PROBLEMS) return OWN_PROBLEMS[code as keyof typeof OWN_PROBLEMS];
  const entries = Object.entries(GEN_ERRORS).map(([genCode, entry]) => ({ code: genCode, ...entry }));
  return entries.find((entry) => entry.code === code)?.status ?? null;
}
