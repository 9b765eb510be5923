import type { Delivery } from "../api/answers.ts";
import { Badge } from "../parts/badge.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import type { Column } from "../parts/table.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toRun } from "../routes/links.ts";
import { DeliverAgain } from "./deliver-again.ts";
import { toReasons } from "./reasons.ts";

export function toColumns(onDone: () => void): readonly Column<Delivery>[] {
  return [
    {
      name: "Source",
      isLead: true,
      cell: ({ source }) => (source === null ? html`<span class="dim">none of ours</span>` : html`<b>${source}</b>`),
    },
    {
      name: "Outcome",
      cell: ({ outcome }) =>
        h(Badge, { state: outcome, tone: outcome === "accepted" ? "good" : outcome === "rejected" ? "warn" : "quiet" }),
    },
    { name: "Received", cell: ({ at }) => h(TimeAgo, { at, isInRow: true }) },
    {
      name: "Delivery",
      cell: ({ delivery_id }) => delivery_id !== null && h(Id, { id: delivery_id, what: "delivery id", isShort: true }),
    },
    {
      name: "Why",
      cell: (row) => toReasons(row).map((reason) => html`<span key=${reason} class="wrap">${reason}</span>`),
    },
    { name: "Pipeline", cell: ({ pipeline }) => pipeline },
    {
      name: "Runs",
      cell: ({ runs }) =>
        runs.map(({ pipeline, id }) => html`<a key=${id} href=${toRun(pipeline, id)}>${pipeline}</a> `),
    },
    { name: "Action", cell: (row) => row.can_deliver && h(DeliverAgain, { delivery: row, onDone }) },
  ];
}
