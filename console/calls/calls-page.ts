import { useContext, useEffect } from "preact/hooks";
import type { CallPage, CallRow } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { readTime } from "../api/clock.ts";
import { ClientNames } from "../clients/client-names.ts";
import { findClientId } from "../clients/find-client-id.ts";
import { useNow } from "../live/now.ts";
import { useLive } from "../live/use-live.ts";
import { Filters } from "../parts/filters.ts";
import { h, html } from "../parts/html.ts";
import { LiveList } from "../parts/live-list.ts";
import { PageTitle } from "../parts/page-title.ts";
import { RangePicker } from "../parts/range-picker.ts";
import { FilterTabs } from "../parts/tabs.ts";
import { replace } from "../routes/go.ts";
import { toCall, toNotification } from "../routes/links.ts";
import { change, type Place } from "../routes/place.ts";
import { readSpan, toTimes } from "../routes/span.ts";
import { CALL_COLUMNS } from "./call-columns.ts";

const STATES = [
  { name: "All", value: null },
  { name: "Open", value: "open" },
  { name: "Unknown", value: "unknown" },
  { name: "Settled", value: "settled" },
  { name: "Not charged", value: "free" },
] as const;

const FILTERS = ["client", "agent", "operation", "tag", "pipeline"] as const;

/** Calls by state, by what they belong to, by time, or by any id that leads to them. */
export function CallsPage({ place }: { readonly place: Place }) {
  const { query } = place;
  const q = query.get("q");
  const state = query.get("state");
  // What waits, waits however old it is.
  const range = state === "unknown" || state === "open" ? "30d" : "24h";
  const span = readSpan(place, range, useNow());
  const names = useContext(ClientNames);
  const named = query.get("client");
  const client = named === null ? null : findClientId(names, named);
  const toPath = () => {
    const filters = Object.fromEntries(FILTERS.map((name) => [name, query.get(name)]));
    return withQuery("/v1/calls", {
      ...filters,
      client,
      q,
      state,
      ...toTimes(readSpan(place, range, readTime())),
      cursor: query.get("cursor"),
    });
  };
  const live = useLive<CallPage>(`${client} ${query}`, toPath);
  useOnlyFound(live.value, q, live.isLoading);
  return html`${h(PageTitle, { title: "Calls" }, h(RangePicker, { place, span }))}
    ${h(FilterTabs, { label: "State", place, filter: "state", choices: STATES, chosen: state })}
    ${q !== null && h(Sought, { q, place })}
    ${h(Filters, { place, names: FILTERS })}
    ${h(LiveList<CallRow, CallPage>, {
      live,
      place,
      caption: "Calls",
      columns: CALL_COLUMNS,
      toRows: ({ calls }) => calls,
      toKey: ({ id }) => id,
      empty: q === null ? "No calls in this time match." : h(NothingFound, { q }),
    })}`;
}

/** A single result is what was looked for. */
function useOnlyFound(page: CallPage | null, q: string | null, isLoading: boolean): void {
  const only = page?.calls.length === 1 && page.next === undefined ? page.calls[0]?.id : undefined;
  useEffect(() => {
    if (q !== null && !isLoading && only !== undefined) replace(toCall(only));
  }, [q, isLoading, only]);
}

function Sought({ q, place }: { readonly q: string; readonly place: Place }) {
  return html`<p class="sought">Found by <code>${q}</code> <a class="button" href=${change(place, { q: null })}>Show all</a></p>`;
}

function NothingFound({ q }: { readonly q: string }) {
  return html`<p>No call is known under <code>${q}</code> in this time.</p>
    <ul>
      <li>An <code>Idempotency-Key</code> is found with its client: name the client above.</li>
      <li>A request that was refused at once, or that only reads, leaves no call. Its line is in the log under its request id.</li>
      ${q.startsWith("msg_") && html`<li><a href=${toNotification(q)}>Open the notification ${q}</a></li>`}
    </ul>`;
}
