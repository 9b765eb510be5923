import { useNow } from "../live/now.ts";
import { html } from "./html.ts";
import { formatExact, formatRelative } from "./time.ts";

/** A time from now; the exact one on hover, and while the keyboard is on it or in its row. */
export function TimeAgo({ at, isInRow = false }: { readonly at: string; readonly isInRow?: boolean }) {
  const now = useNow();
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) return html`<span>${at}</span>`;
  return html`<time datetime=${at} data-exact=${formatExact(ms)} tabindex=${isInRow ? undefined : 0}>
    ${formatRelative(ms, now)}<span class="unseen"> (${formatExact(ms)})</span>
  </time>`;
}
