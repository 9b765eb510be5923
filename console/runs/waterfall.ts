import type { Step, WholeRun } from "../api/answers.ts";
import { toCharged } from "../calls/words.ts";
import { useNow } from "../live/now.ts";
import { Badge } from "../parts/badge.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import { formatDuration } from "../parts/time.ts";
import { toCall } from "../routes/links.ts";
import { placeSteps } from "./place-steps.ts";

/** The steps in time: where each began, how long it took, and what it waited for. */
export function Waterfall({ run }: { readonly run: WholeRun }) {
  const now = useNow();
  if (run.steps.length === 0) return html`<p class="dim">No step has begun yet.</p>`;
  const bars = placeSteps(run, now);
  return html`<ol class="waterfall">
    ${run.steps.map((step, index) => showStep(step, bars[index] ?? { left: 0, width: 0, ms: 0 }))}
  </ol>`;
}

function showStep(step: Step, { left, width, ms }: { left: number; width: number; ms: number }) {
  const { name, kind, operation, state, waits_for, attempts, generation, charged, error } = step;
  const call = step.call?.split("/").at(-1);
  return html`<li key=${name}>
    <div class="step-name"><b>${name}</b> <span class="dim">${operation ?? kind}</span></div>
    <div class="step-state">${h(Badge, { state })}${waits_for && html` <span class="dim">for ${waits_for}</span>`}</div>
    <div class="track" aria-hidden="true"><i class=${state} style=${{ left: `${left}%`, width: `${width}%` }}></i></div>
    <div class="step-time">${formatDuration(ms)}</div>
    <div class="step-more">
      ${call && html`<a href=${toCall(call)}>call</a>`}
      ${generation && html`<span>generation ${h(Id, { id: generation, what: "generation id" })}</span>`}
      ${charged !== "no" && html`<span>charged: ${toCharged(charged)}</span>`}
      ${attempts > 1 && html`<span class="dim">${attempts} attempts</span>`}
      ${error && html`<span class="bad-text">${error.detail} <code>${error.error_code}</code></span>`}
    </div>
  </li>`;
}
