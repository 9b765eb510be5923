import type { Language, Messages } from "./messages.ts";
import type { Problem } from "./problem.ts";
import type { ProblemCode } from "./problem-codes.ts";
import type { Texts } from "./translations.ts";

interface ProblemContext {
  readonly texts: Texts;
  /** The Worker's own origin. */
  readonly origin: string;
  readonly requestId: string;
  readonly attempts: number;
}

/** The members of a problem document, in one language. */
export function toProblemDocument(problem: Problem, { texts, origin, requestId, attempts }: ProblemContext) {
  const { language, messages } = texts;
  const { title, detail, action } = messages.problems[problem.code];
  const specific = problem.reason ? messages.reasons[problem.reason] : toSentence(problem.genText, language);
  const happened = join(language, detail, specific, messages.charged[problem.charged]);
  return {
    ...problem.members,
    type: `${origin}/problems/${problem.code}`,
    title,
    status: problem.status,
    detail: happened,
    instance: requestId,
    error: happened,
    error_code: problem.code,
    action: join(language, action, toRetrySentence(problem, messages)),
    retryable: problem.retry !== "no",
    ...(problem.retryAfter === undefined ? {} : { retry_after: problem.retryAfter }),
    charged: problem.charged,
    attempts,
    ...(problem.veto ? { veto: problem.veto } : {}),
    ...(problem.upstream ? { upstream: problem.upstream } : {}),
  };
}

/** Problems whose `action` already says whether and when to try again. */
const SAY_IT_THEMSELVES: readonly ProblemCode[] = [
  "answer_expired",
  "idempotency_in_flight",
  "outcome_pending",
  "outcome_unknown",
  "quota_exhausted",
];

function toRetrySentence(problem: Problem, { retry }: Messages): string | undefined {
  if (SAY_IT_THEMSELVES.includes(problem.code)) return undefined;
  if (problem.retry !== "yes" || problem.retryAfter === undefined) return retry[problem.retry];
  return retry.after.replace("{seconds}", String(problem.retryAfter));
}

/** Completes GEN's text with a full stop, because our sentences follow it. */
function toSentence(text: string | undefined, language: Language): string | undefined {
  if (text === undefined || /[.!?。！？]\s*$/.test(text)) return text;
  return text.trimEnd() + (language === "ja" ? "。" : ".");
}

/** Japanese writes sentences without a space between them. */
function join(language: Language, ...sentences: (string | undefined)[]): string {
  return sentences.filter((sentence) => sentence !== undefined).join(language === "ja" ? "" : " ");
}
