import { isNotAllowed, type Problem } from "../api/problem.ts";
import { toProblemPage } from "../routes/links.ts";
import { CopyButton } from "./copy-button.ts";
import { h, html } from "./html.ts";

interface Props {
  readonly problem: Problem;
  readonly onRetry?: () => void;
}

/** A failure: what happened, what to do, and the id that leads to it in the logs. */
export function ProblemNote({ problem, onRetry }: Props) {
  const { title, detail, action, developerDetail, errors, requestId } = problem;
  return html`<div class=${`note ${isNotAllowed(problem) ? "warn" : "bad"}`} role="alert">
    <p><strong>${title}</strong></p>
    <p>${detail} ${action}</p>
    ${errors.length > 0 && html`<ul>${errors.map((text) => html`<li key=${text}>${text}</li>`)}</ul>`}
    ${developerDetail !== null && html`<p class="dim">${developerDetail}</p>`}
    <p class="dim">
      ${showCode(problem)}
      ${requestId !== null && html`<span> · request <span class="id"><code>${requestId}</code>${h(CopyButton, { text: requestId, what: "request id" })}</span></span>`}
    </p>
    ${onRetry && html`<p><button type="button" onClick=${onRetry}>Try again</button></p>`}
  </div>`;
}

/** The code, with the page that explains it. What the console itself says has none. */
function showCode({ code, status }: Problem) {
  const href = status === null ? null : toProblemPage(code);
  return href === null
    ? html`<code>${code}</code>`
    : html`<a href=${href} target="_blank" rel="noopener"><code>${code}</code></a>`;
}
