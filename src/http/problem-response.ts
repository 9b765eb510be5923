import type { Context } from "../context.ts";
import type { Language } from "./messages/languages.ts";
import { LANGUAGES } from "./messages/languages.ts";
import type { Messages } from "./messages/messages.ts";
import { selectLanguage } from "./negotiate.ts";
import type { Problem } from "./problem.ts";

/** A problem as an `application/problem+json` answer in the caller's language. */
export function toProblemResponse(problem: Problem, ctx: Context, acceptLanguage: string | null): Response {
  const language = selectLanguage(acceptLanguage);
  const { event } = ctx;
  event.error_code = problem.code;
  event.veto = problem.veto ?? null;
  event.upstream_status = problem.upstream?.status ?? null;
  event.upstream_code = problem.upstream?.error_code ?? null;
  const body = toProblemDocument(problem, { language, ctx });
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "content-language": language,
      "x-should-retry": String(problem.retry !== "no"),
      ...(problem.retryAfter === undefined ? {} : { "retry-after": String(problem.retryAfter) }),
      ...problem.headers,
    },
  });
}

function toProblemDocument(problem: Problem, { language, ctx }: { language: Language; ctx: Context }) {
  const messages: Messages = LANGUAGES[language];
  const { title, detail, action } = messages.problems[problem.code];
  const specific = problem.reason ? messages.reasons[problem.reason] : toSentence(problem.genText, language);
  const happened = join(language, detail, specific, messages.charged[problem.charged]);
  return {
    ...problem.members,
    type: `${ctx.url.origin}/problems/${problem.code}`,
    title,
    status: problem.status,
    detail: happened,
    instance: ctx.requestId,
    error: happened,
    error_code: problem.code,
    action: join(language, action, toRetrySentence(problem, messages)),
    retryable: problem.retry !== "no",
    ...(problem.retryAfter === undefined ? {} : { retry_after: problem.retryAfter }),
    charged: problem.charged,
    attempts: ctx.event.attempts.length,
    ...(problem.veto ? { veto: problem.veto } : {}),
    ...(problem.upstream ? { upstream: problem.upstream } : {}),
  };
}

/** After an unknown outcome the action itself says when to try again. */
function toRetrySentence(problem: Problem, { retry }: Messages): string | undefined {
  if (problem.code === "outcome_unknown") return undefined;
  if (problem.retry !== "yes" || problem.retryAfter === undefined) return retry[problem.retry];
  return retry.after.replace("{seconds}", String(problem.retryAfter));
}

/** GEN's words need not end as a sentence does; ours follow them. */
function toSentence(text: string | undefined, language: Language): string | undefined {
  if (text === undefined || /[.!?。！？]\s*$/.test(text)) return text;
  return text.trimEnd() + (language === "ja" ? "。" : ".");
}

/** Japanese writes sentences without a space between them. */
function join(language: Language, ...sentences: (string | undefined)[]): string {
  return sentences.filter((sentence) => sentence !== undefined).join(language === "ja" ? "" : " ");
}
