import type { CheckedAccount, UnknownTransaction } from "../api/answers.ts";
import { h, html } from "../parts/html.ts";
import type { Column } from "../parts/table.ts";
import { formatNumber } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { Acknowledge } from "./acknowledge.ts";

export const ACCOUNT_COLUMNS: readonly Column<CheckedAccount>[] = [
  { name: "Account", isLead: true, cell: ({ account }) => html`<b>${account}</b>` },
  {
    name: "Checked up to",
    cell: ({ checked_to }) => checked_to !== null && h(TimeAgo, { at: checked_to, isInRow: true }),
  },
  { name: "Known", isNumber: true, cell: ({ matched }) => formatNumber(matched) },
  {
    name: "Unknown",
    isNumber: true,
    cell: ({ unknown }) => html`<span class=${unknown > 0 ? "bad-text" : ""}>${formatNumber(unknown)}</span>`,
  },
  {
    name: "Latest check",
    cell: ({ failed }) => (failed === null ? null : html`<span class="wrap bad-text">${failed}</span>`),
  },
];

export function toColumns(onDone: () => void): readonly Column<UnknownTransaction>[] {
  return [
    { name: "Taken", isLead: true, cell: ({ at }) => h(TimeAgo, { at, isInRow: true }) },
    { name: "Credits", isNumber: true, cell: ({ amount }) => formatNumber(amount) },
    { name: "Account", cell: ({ account }) => account },
    { name: "For", cell: ({ purpose }) => purpose !== null && html`<span class="wrap">${purpose}</span>` },
    {
      name: "Source",
      cell: ({ source }) => source !== null && html`<span class="wrap">${describeSource(source)}</span>`,
    },
    { name: "Action", cell: (transaction) => h(Acknowledge, { transaction, onDone }) },
  ];
}

/** "service flux, tool image, request_id 17": as far as GEN names them. */
function describeSource(source: Readonly<Record<string, string | null>>): string {
  const named = Object.entries(source).filter(([, value]) => value !== null);
  return named.map(([name, value]) => `${name} ${value}`).join(", ");
}
