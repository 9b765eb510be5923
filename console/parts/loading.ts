import { html } from "./html.ts";

const LINES = [1, 2, 3, 4, 5];

/** Where a list or an item is going to be. It is shown a moment late, so that a quick answer makes no flicker. */
export function Loading() {
  return html`<div class="loading" role="status" aria-label="Loading">${LINES.map((line) => html`<i key=${line}></i>`)}</div>`;
}
