import { useState } from "preact/hooks";
import { html } from "../parts/html.ts";
import type { Series } from "./series.ts";

interface Props {
  readonly title: string;
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  readonly formatAt: (ms: number) => string;
}

const MAX_ROWS = 60;

/** The same as numbers: for a screen reader, and for whoever wants to read them. The latest times that are not all zero. */
export function ChartTable(props: Props) {
  const [isOpen, setOpen] = useState(false);
  const onToggle = ({ currentTarget }: { currentTarget: HTMLDetailsElement }) => setOpen(currentTarget.open);
  return html`<details class="numbers" onToggle=${onToggle}><summary>As a table<span class="unseen">: ${props.title}</span></summary>
    ${isOpen && showRows(props)}
  </details>`;
}

function showRows({ title, times, series, format, formatAt }: Props) {
  const rows = times
    .map((time, index) => ({ time, values: series.map(({ values }) => values[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value))
    .slice(-MAX_ROWS)
    .reverse();
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`${title} as a table`}><table class="plain">
    <thead><tr><th scope="col">Time</th>${series.map(({ name }) => html`<th key=${name} scope="col" class="number">${name}</th>`)}</tr></thead>
    <tbody>${rows.map(({ time, values }) => html`<tr key=${time}><td>${formatAt(time * 1_000)}</td>${values.map((value) => html`<td class="number">${value === null ? "–" : format(value)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}
