import { useContext } from "preact/hooks";
import { withQuery } from "../api/api.ts";
import { readTime } from "../api/clock.ts";
import { ClientNames } from "../clients/client-names.ts";
import { useNow } from "../live/now.ts";
import { CsvButton } from "../parts/csv-button.ts";
import { Filters } from "../parts/filters.ts";
import { h, html } from "../parts/html.ts";
import { FilterTabs } from "../parts/tabs.ts";
import type { Place } from "../routes/place.ts";
import { Budgets } from "./budgets.ts";
import { DayPicker } from "./day-picker.ts";
import { readDays } from "./days.ts";
import { Dearest } from "./dearest.ts";
import { readFilter } from "./filter.ts";
import { capitalize, DIMENSIONS, GROUPINGS, readGrouping } from "./groups.ts";
import { MoneyTitle } from "./money-title.ts";
import { SpentBy } from "./spent-by.ts";
import { SpentNow } from "./spent-now.ts";

/** What was spent, against budgets, and by whom and for what. */
export function SpendingPage({ place }: { readonly place: Place }) {
  const names = useContext(ClientNames);
  const by = readGrouping(place.query.get("by"));
  const days = readDays(place, useNow());
  const toFilter = () => readFilter(place, names, readTime());
  const choices = GROUPINGS.map((value) => ({ name: capitalize(value), value }));
  const toCsvPath = () => withQuery("/v1/usage", { by, ...toFilter() });
  return html`${h(MoneyTitle, { page: null })}
    <div class="columns">
      <section aria-labelledby="now"><h2 id="now">Today and this month</h2>${h(SpentNow, {})}</section>
      <section aria-labelledby="budgets"><h2 id="budgets">Budgets</h2>${h(Budgets, {})}</section>
    </div>
    <section aria-labelledby="by">
      <div class="section-title"><h2 id="by">Spent by ${by}</h2>
        <div class="tools">${h(DayPicker, { place, days })}${h(CsvButton, { what: `spent by ${by}`, toPath: toCsvPath })}</div>
      </div>
      ${h(FilterTabs, { label: "By", place, filter: "by", choices, chosen: by })}
      ${h(Filters, { place, names: DIMENSIONS })}
      ${h(SpentBy, { by, place, toFilter })}
    </section>
    ${h(Dearest, { place, toFilter })}`;
}
