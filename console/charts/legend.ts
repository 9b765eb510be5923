import { html } from "../parts/html.ts";
import { type Series, sum } from "./series.ts";

interface Props {
  readonly series: readonly Series[];
  /** The place under the pointer; null: what is true of the whole time. */
  readonly index: number | null;
  readonly isStacked: boolean;
  readonly format: (value: number) => string;
}

export function Legend({ series, index, isStacked, format }: Props) {
  return html`<ul class="legend">${series.map((each) => {
    const { name, colour, href, values } = each;
    const value = index === null ? toSummary(each, isStacked) : (values[index] ?? null);
    return html`<li key=${name}>
      <i class=${`key ${colour.slice(2)}`}></i>${href ? html`<a href=${href} target="_blank" rel="noopener">${name}</a>` : name}
      <b>${value === null ? "–" : format(value)}</b>
    </li>`;
  })}</ul>`;
}

/** The sum of what can be added up, the latest of what can't. */
function toSummary({ values, total }: Series, isStacked: boolean): number | null {
  return isStacked ? (total ?? sum(values)) : (values.findLast((value) => value !== null) ?? null);
}
