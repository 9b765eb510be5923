import type { ProblemCode } from "./problem-codes.ts";
import type { Texts } from "./translations.ts";

interface ExplainedProblem {
  readonly code: ProblemCode;
  readonly status: number | null;
  readonly title: string;
  readonly detail: string;
  readonly action: string;
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
export function renderProblemPage(problem: ExplainedProblem, { language, messages }: Texts): string {
  const { page } = messages;
  const sections = [
    [page.what_happened, problem.detail],
    [page.what_to_do, problem.action],
    [page.credits, page.charged_varies],
    [page.trying_again, page.retry_varies],
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
${sections.map(([heading, text = ""]) => `<h2>${heading}</h2>\n<p>${toCode(text)}</p>`).join("\n")}
</main>
</body>
</html>
`;
}

function toCode(text: string): string {
  return text.replace(/`([^`]+)`/g, "<code>$1</code>");
}
