import type { Client, ClientPage as Page } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { LiveList } from "../parts/live-list.ts";
import { PageTitle } from "../parts/page-title.ts";
import type { Place } from "../routes/place.ts";
import { toColumns } from "./client-columns.ts";

const EVERY_MS = 30_000;

/** Who may come in, and how far. */
export function ClientsPage({ place }: { readonly place: Place }) {
  const cursor = place.query.get("cursor");
  const live = useLive<Page>(`clients ${cursor}`, () => withQuery("/v1/clients", { cursor }), EVERY_MS);
  return html`${h(PageTitle, { title: "Clients" })}
    ${h(LiveList<Client, Page>, {
      live,
      place,
      caption: "Clients",
      columns: toColumns(live.reload),
      toRows: ({ clients }) => clients,
      toKey: ({ id }) => id,
      empty: "There are no clients.",
    })}`;
}
