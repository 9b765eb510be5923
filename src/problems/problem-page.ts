import { COMPOSITION, type Composition } from "./composition.ts";
import type { Messages } from "./messages.ts";
import type { ProblemCode } from "./problem-codes.ts";
import type { Texts } from "./translations.ts";

/** What a code means, in the words that its answers have. */
export interface ExplainedProblem {
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

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1.5rem; }
  code { font: 0.9em ui-monospace, monospace; }
  h1 { line-height: 1.2; margin-bottom: 0.25rem; }
  h2 { font-size: 1rem; margin: 2rem 0 0; }
  p { margin: 0.25rem 0 0; }
`;

/** A page without scripts. All its texts are the Worker's own, so nothing in it needs to be escaped. */
export function renderProblemPage(problem: ExplainedProblem, { language, messages: { page } }: Texts): string {
  const sections = [
    [page.what_happened, problem.detail],
    [page.what_to_do, problem.action],
    [page.credits, problem.credits],
    ...(problem.retry === null ? [] : [[page.trying_again, problem.retry]]),
    ...(problem.status === null ? [] : [[page.http_status, String(problem.status)]]),
  ];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${problem.title}: ${problem.code}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${problem.title}</h1>
<p><code>${problem.code}</code></p>
${sections.map(([heading, text = ""]) => `<h2>${heading}</h2>\n<p>${text}</p>`).join("\n")}
</main>
</body>
</html>
`;
}
