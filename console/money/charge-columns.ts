import type { Charge } from "../api/answers.ts";
import { Owner } from "../calls/owner.ts";
import { Badge } from "../parts/badge.ts";
import { h, html } from "../parts/html.ts";
import type { Column } from "../parts/table.ts";
import { formatNumber } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toCall, toMoney, toRun, toRuns } from "../routes/links.ts";

export const CHARGE_COLUMNS: readonly Column<Charge>[] = [
  {
    name: "Call",
    isLead: true,
    cell: ({ id, operation, type }) =>
      html`<a class="main-link" href=${toCall(id)}>${operation}</a>${type !== null && html` <span class="dim">${type}</span>`}`,
  },
  { name: "State", cell: ({ ended, state }) => h(Badge, { state: ended ?? state }) },
  { name: "Credits", isNumber: true, cell: showCredits },
  { name: "Estimate", isNumber: true, cell: ({ estimate }) => showAmount(estimate) },
  { name: "Cost", isNumber: true, cell: ({ cost }) => showAmount(cost) },
  { name: "Given back", isNumber: true, cell: ({ given_back }) => showAmount(given_back) },
  { name: "Booked", cell: ({ at }) => h(TimeAgo, { at, isInRow: true }) },
  { name: "Client", cell: ({ client_id }) => h(Owner, { id: client_id }) },
  { name: "Tag", cell: ({ tag }) => tag !== null && html`<a href=${toMoney("charges", { tag })}>${tag}</a>` },
  { name: "Run", cell: showRun },
  { name: "Account", cell: ({ account }) => account },
];

function showCredits({ credits, estimate, cost }: Charge) {
  const isUnpriced = estimate === null && cost === null;
  return isUnpriced ? html`<span class="dim">no price</span>` : formatNumber(credits);
}

function showAmount(amount: number | null) {
  return amount === null ? null : formatNumber(amount);
}

function showRun({ pipeline, run_id }: Charge) {
  if (pipeline === null) return null;
  return html`<a href=${run_id === null ? toRuns({ pipeline }) : toRun(pipeline, run_id)}>${pipeline}</a>`;
}
