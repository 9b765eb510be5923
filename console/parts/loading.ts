import { html } from "./html.ts";

/** Where a list or an item is going to be. It is shown a moment late, so that a quick answer makes no flicker. */
export function Loading() {
  return html`<div class="loading" role="status" aria-label="Loading"><i></i><i></i><i></i><i></i><i></i></div>`;
}
