import type { CallPage, CallRow } from "../api/answers.ts";
import { CALL_COLUMNS } from "../calls/call-columns.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { Table } from "../parts/table.ts";
import { toCalls } from "../routes/links.ts";

const SHOWN = 5;

/** The first that an operator must look at. */
export function UnknownCalls() {
  const { value } = useLive<CallPage>("unknown", () => `/v1/calls?state=unknown&limit=${SHOWN}`);
  if (value === null || value.calls.length === 0) return null;
  return html`<section aria-labelledby="unknown">
    <div class="section-title"><h2 id="unknown">Unknown calls</h2><a href=${toCalls({ state: "unknown" })}>All</a></div>
    ${h(Table<CallRow>, { caption: "Unknown calls", columns: CALL_COLUMNS, rows: value.calls, toKey: ({ id }) => id })}
  </section>`;
}
