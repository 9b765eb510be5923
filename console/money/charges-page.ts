import { useContext } from "preact/hooks";
import type { ChargePage } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { readTime } from "../api/clock.ts";
import { ClientNames } from "../clients/client-names.ts";
import { useNow } from "../live/now.ts";
import { useLive } from "../live/use-live.ts";
import { CsvButton } from "../parts/csv-button.ts";
import { Filters } from "../parts/filters.ts";
import { h, html } from "../parts/html.ts";
import { Tabs } from "../parts/tabs.ts";
import { change, type Place } from "../routes/place.ts";
import { ChargeList } from "./charge-list.ts";
import { DayPicker } from "./day-picker.ts";
import { readDays } from "./days.ts";
import { readFilter } from "./filter.ts";
import { DIMENSIONS } from "./groups.ts";
import { MoneyTitle } from "./money-title.ts";

const LISTS = [
  { name: "Dearest", order: null, state: null, ended: null },
  { name: "Newest", order: "time", state: null, ended: null },
  { name: "Failed", order: null, state: null, ended: "failed" },
  { name: "Stopped", order: null, state: null, ended: "stopped" },
  { name: "Partly failed", order: null, state: null, ended: "mixed" },
  { name: "Under way", order: null, state: "reserved", ended: null },
  { name: "Unknown", order: null, state: "unknown", ended: null },
] as const;

/** Single charges, each with its call: the dearest, the newest, and those whose credits came back. */
export function ChargesPage({ place }: { readonly place: Place }) {
  const names = useContext(ClientNames);
  const [order, state, ended] = ["order", "state", "ended"].map((name) => place.query.get(name));
  const query = () => ({ ...readFilter(place, names, readTime()), state, ended, order: order ?? "credits" });
  const toPath = () => withQuery("/v1/usage/charges", { ...query(), cursor: place.query.get("cursor") });
  const live = useLive<ChargePage>(toPath(), toPath);
  const tabs = LISTS.map(({ name, ...list }) => ({
    name,
    href: change(place, list),
    isCurrent: list.order === order && list.state === state && list.ended === ended,
  }));
  const toCsvPath = () => withQuery("/v1/usage/charges", query());
  const days = readDays(place, useNow());
  return html`${h(MoneyTitle, { page: "charges" }, h(DayPicker, { place, days }), h(CsvButton, { what: "charges", toPath: toCsvPath }))}
    ${h(Tabs, { label: "Charges", tabs })}
    ${h(Filters, { place, names: DIMENSIONS })}
    ${h(ChargeList, { live, place, caption: "Charges" })}
    <p class="dim">Charges are kept for 13 months, the stories of their calls for 30 days at most. Days are UTC.</p>`;
}
