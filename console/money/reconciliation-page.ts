import type { CheckedAccount, Reconciliation, UnknownTransaction } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { useNow } from "../live/now.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { LiveList } from "../parts/live-list.ts";
import { Table } from "../parts/table.ts";
import { go } from "../routes/go.ts";
import { change, type Place } from "../routes/place.ts";
import { listMonths } from "./days.ts";
import { MoneyTitle } from "./money-title.ts";
import { ACCOUNT_COLUMNS, toColumns } from "./transaction-columns.ts";

const EVERY_MS = 15_000;

/** What GEN took in a month and nobody here knows. */
export function ReconciliationPage({ place }: { readonly place: Place }) {
  const { query } = place;
  const months = listMonths(useNow());
  const chosen = query.get("month");
  const month = months.find((each) => each === chosen) ?? months[0] ?? "";
  const toPath = () => withQuery("/v1/usage/reconciliation", { month, cursor: query.get("cursor") });
  const live = useLive<Reconciliation>(toPath(), toPath, EVERY_MS);
  const onChange = ({ currentTarget: { value } }: { currentTarget: HTMLSelectElement }) =>
    go(change(place, { month: value }));
  const picker = html`<label><span class="unseen">Month</span> <select value=${month} onChange=${onChange}>
    ${months.map((each) => html`<option key=${each} value=${each}>${each}</option>`)}</select></label>`;
  const accounts = live.value?.accounts ?? [];
  return html`${h(MoneyTitle, { page: "reconciliation" }, picker)}
    ${
      accounts.length > 0 &&
      html`<section aria-labelledby="accounts"><h2 id="accounts">GEN accounts</h2>
        ${h(Table<CheckedAccount>, { caption: "GEN accounts", columns: ACCOUNT_COLUMNS, rows: accounts, toKey: ({ account }) => account, isStale: live.isLoading })}</section>`
    }
    <section aria-labelledby="unknown"><h2 id="unknown">Taken by GEN, and known to nobody here</h2>
      ${h(LiveList<UnknownTransaction, Reconciliation>, {
        live,
        place,
        caption: "Credit transactions without a charge",
        columns: toColumns(live.reload),
        toRows: ({ unknown }) => unknown,
        toKey: ({ id }) => id,
        empty:
          accounts.length === 0
            ? "GEN’s list of this month was not read yet. It is, once a day."
            : "Every credit that GEN took in this month, as far as it was read, belongs to a charge here.",
      })}
    </section>`;
}
