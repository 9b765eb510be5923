import { COMPOSITION, type Composition } from "./composition.ts";
import type { Messages } from "./messages.ts";
import { renderPage } from "./page.ts";
import type { ProblemCode } from "./problem-codes.ts";
import type { Texts } from "./translations.ts";

/** What a code means, in the words that its answers have. */
interface ExplainedProblem {
  readonly code: ProblemCode;
  /** Null where it is GEN's own status that is passed on. */
  readonly status: number | null;
  readonly title: string;
  readonly detail: string;
  readonly action: string;
  readonly credits: string;
  /** Null where the action says all of it. */
  readonly retry: string | null;
}

export function explain(code: ProblemCode, status: number | null, messages: Messages): ExplainedProblem {
  const { title, detail, action } = messages.problems[code];
  const composition: Composition = COMPOSITION[code];
  const { charged } = composition;
  return {
    code,
    status,
    title,
    detail,
    action: action.replace("{wait}", messages.page.soon),
    credits: charged === "varies" ? messages.page.charged_varies : messages.charged[charged],
    retry: toRetry(composition, messages),
  };
}

function toRetry({ retry, saysRetry }: Composition, messages: Messages): string | null {
  if (saysRetry === "itself") return null;
  if (saysRetry === "correct") return messages.retry.no;
  return retry === "yes" ? messages.retry.yes : messages.page.retry_varies;
}

export function renderProblemPage(problem: ExplainedProblem, texts: Texts): string {
  const { page } = texts.messages;
  const sections = [
    [page.what_happened, problem.detail],
    [page.what_to_do, problem.action],
    [page.credits, problem.credits],
    ...(problem.retry === null ? [] : [[page.trying_again, problem.retry]]),
    ...(problem.status === null ? [] : [[page.http_status, String(problem.status)]]),
  ];
  const shown = sections.map(([heading, text = ""]) => `<h2>${heading}</h2>\n<p>${text}</p>`).join("\n");
  return renderPage(texts, problem.title, `<h1>${problem.title}</h1>\n<p><code>${problem.code}</code></p>\n${shown}`);
}

/** All codes, each with a link to its own page. */
export function renderProblemList(problems: readonly ExplainedProblem[], texts: Texts): string {
  const { all_codes: title } = texts.messages.page;
  const entries = problems.map(
    ({ code, title: named, detail }) =>
      `<dt><a href="/problems/${code}">${named}</a> <code>${code}</code></dt>\n<dd>${detail}</dd>`,
  );
  return renderPage(texts, title, `<h1>${title}</h1>\n<dl>\n${entries.join("\n")}\n</dl>`);
}
