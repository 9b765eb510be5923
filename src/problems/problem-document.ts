import { COMPOSITION, type Composition } from "./composition.ts";
import { toDeveloperDetail } from "./developer-details.ts";
import type { Language, Messages } from "./messages.ts";
import type { Problem } from "./problem.ts";
import type { Texts } from "./translations.ts";
import { describeWait } from "./wait.ts";

interface ProblemContext {
  readonly texts: Texts;
  /** The Worker's own origin. */
  readonly origin: string;
  readonly requestId: string;
  readonly attempts: number;
}

/** The members of a problem document: `title`, `detail` and `action` are for a person, in one language. */
export function toProblemDocument(problem: Problem, { texts, origin, requestId, attempts }: ProblemContext) {
  const { title, detail, action } = describeProblem(problem, texts);
  const developerDetail = toDeveloperDetail(problem);
  return {
    ...problem.members,
    type: `${origin}/problems/${problem.code}`,
    title,
    status: problem.status,
    detail,
    instance: requestId,
    error: detail,
    error_code: problem.code,
    action,
    ...(developerDetail === null ? {} : { developer_detail: developerDetail }),
    retryable: problem.retry !== "no",
    ...(problem.retryAfter === undefined ? {} : { retry_after: problem.retryAfter }),
    charged: problem.charged,
    attempts,
    ...(problem.veto ? { veto: problem.veto } : {}),
    ...(problem.upstream ? { upstream: problem.upstream } : {}),
  };
}

/** The three texts for a person, each true of this very failure, nothing said twice. */
export function describeProblem(problem: Problem, texts: Texts) {
  const { language, messages } = texts;
  const { title, detail } = messages.problems[problem.code];
  const says = COMPOSITION[problem.code].saysCredits || problem.charged !== "no";
  const credits = says ? messages.charged[problem.charged] : null;
  return {
    title,
    detail: join(language, detail, quote(problem.genText, messages), credits),
    action: toAction(problem, texts),
  };
}

/** When to try again comes first: the action is for those whom that does not help. That only a correction helps comes last. */
function toAction({ code, retry, retryAfter }: Problem, { language, messages }: Texts): string {
  const { saysRetry }: Composition = COMPOSITION[code];
  const wait = retryAfter === undefined ? null : describeWait(retryAfter, language);
  const action = fill(messages.problems[code].action, wait ?? messages.page.soon);
  switch (saysRetry) {
    case "itself":
      return action;
    case "correct":
      return join(language, action, messages.retry.no);
    case "wait":
      return join(language, retry === "no" ? null : toRetrySentence(retry, wait, messages), action);
  }
}

function toRetrySentence(retry: "yes" | "same_key", wait: string | null, { retry: texts }: Messages): string {
  if (retry === "yes") return wait === null ? texts.yes : fill(texts.after, wait);
  return wait === null ? texts.same : fill(texts.same_after, wait);
}

function fill(text: string, wait: string): string {
  return text.replace("{wait}", wait);
}

/** GEN's own words: trimmed, attributed, in this language's quotation marks. */
function quote(text: string | undefined, { gen_says }: Messages): string | null {
  return text === undefined || text.trim() === "" ? null : gen_says.replace("{text}", () => text.trim());
}

/** Japanese writes sentences without a space between them. */
function join(language: Language, ...sentences: (string | null)[]): string {
  return sentences.filter((sentence) => sentence !== null).join(language === "ja" ? "" : " ");
}
