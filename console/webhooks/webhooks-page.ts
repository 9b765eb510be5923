import type { Delivery, DeliveryPage } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { useLive } from "../live/use-live.ts";
import { Filters } from "../parts/filters.ts";
import { h, html } from "../parts/html.ts";
import { LiveList } from "../parts/live-list.ts";
import { MassAction } from "../parts/mass-action.ts";
import { PageTitle } from "../parts/page-title.ts";
import { FilterTabs } from "../parts/tabs.ts";
import type { Place } from "../routes/place.ts";
import { toColumns } from "./delivery-columns.ts";

const OUTCOMES = [
  { name: "All", value: null },
  { name: "Rejected", value: "rejected" },
  { name: "Refused", value: "refused" },
  { name: "Accepted", value: "accepted" },
] as const;

const EMPTY: Readonly<Record<string, string>> = {
  rejected: "Every delivery has fitted its pipeline.",
  refused: "No delivery was refused.",
  accepted: "No delivery was accepted in the last days.",
};

/** What other services have sent: taken, refused at the door, or fitting no pipeline. */
export function WebhooksPage({ place }: { readonly place: Place }) {
  const { query } = place;
  const outcome = query.get("outcome");
  const source = query.get("source");
  const live = useLive<DeliveryPage>(query.toString(), () =>
    withQuery("/deliveries", { outcome, source, cursor: query.get("cursor") }),
  );
  const deliverAll = h(MassAction, {
    name: "Deliver all rejected …",
    verb: "Deliver",
    things: source === null ? "rejected deliveries" : `rejected deliveries from ${source}`,
    path: "/deliveries/deliver",
    filter: source === null ? {} : { source },
    toCount: ({ delivered }) => Number(delivered ?? 0),
    onDone: live.reload,
  });
  return html`${h(PageTitle, { title: "Webhooks" }, deliverAll)}
    ${h(FilterTabs, { label: "Outcome", place, filter: "outcome", choices: OUTCOMES, chosen: outcome })}
    ${h(Filters, { place, names: ["source"] })}
    ${h(LiveList<Delivery, DeliveryPage>, {
      live,
      place,
      caption: "Webhook deliveries",
      columns: toColumns(live.reload),
      toRows: ({ deliveries }) => deliveries,
      toKey: ({ id }) => id,
      empty: EMPTY[outcome ?? ""] ?? "Nothing was delivered in the last days.",
    })}`;
}
