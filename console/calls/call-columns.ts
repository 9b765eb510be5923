import type { CallRow } from "../api/answers.ts";
import { Badge } from "../parts/badge.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import type { Column } from "../parts/table.ts";
import { formatNumber } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toCall, toCalls } from "../routes/links.ts";
import { Owner } from "./owner.ts";
import { describeFailure, toCharged, toState } from "./words.ts";

export const CALL_COLUMNS: readonly Column<CallRow>[] = [
  {
    name: "Operation",
    isLead: true,
    cell: ({ id, operation }) => html`<a class="main-link" href=${toCall(id)}>${operation}</a>`,
  },
  { name: "State", cell: (row) => h(Badge, { state: toState(row) }) },
  { name: "Charged", cell: showCharge },
  { name: "Accepted", cell: ({ accepted_at }) => h(TimeAgo, { at: accepted_at, isInRow: true }) },
  { name: "Client", cell: ({ client_id }) => h(Owner, { id: client_id }) },
  { name: "Agent", cell: ({ agent_id }) => agent_id },
  { name: "Tag", cell: ({ tag }) => tag !== null && html`<a href=${toCalls({ tag })}>${tag}</a>` },
  {
    name: "Request",
    cell: ({ request_id }) => request_id !== null && h(Id, { id: request_id, what: "request id", isShort: true }),
  },
  {
    name: "Latest failure",
    cell: ({ failure }) => failure && html`<code class="wrap">${failure.error_code ?? describeFailure(failure)}</code>`,
  },
  { name: "Next", cell: ({ next_at }) => next_at !== null && h(TimeAgo, { at: next_at, isInRow: true }) },
];

/** The price is GEN's estimate. */
function showCharge({ charged, estimate }: CallRow) {
  const word = html`<span class=${charged === "unknown" ? "bad-text" : ""}>${toCharged(charged)}</span>`;
  if (estimate === null || charged === "no") return word;
  return html`${word}<span class="dim">, about ${formatNumber(estimate)}</span>`;
}
