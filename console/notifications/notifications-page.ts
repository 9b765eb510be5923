import type { Notification, NotificationPage as Page } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { readTime } from "../api/clock.ts";
import { useNow } from "../live/now.ts";
import { useLive } from "../live/use-live.ts";
import { Filters } from "../parts/filters.ts";
import { h, html } from "../parts/html.ts";
import { LiveList } from "../parts/live-list.ts";
import { MassAction } from "../parts/mass-action.ts";
import { PageTitle } from "../parts/page-title.ts";
import { RangePicker } from "../parts/range-picker.ts";
import { FilterTabs } from "../parts/tabs.ts";
import type { Place } from "../routes/place.ts";
import { readSpan, toIso } from "../routes/span.ts";
import { toColumns } from "./notification-columns.ts";

const STATES = [
  { name: "Failed", value: "failed" },
  { name: "Waiting", value: "waiting" },
  { name: "Delivered", value: "delivered" },
] as const;
const EMPTY = {
  failed: "No notification has failed in this time.",
  waiting: "No notification waits.",
  delivered: "No notification was delivered in this time.",
} as const;

/** What was told to the product, waits to be, or could not be told. */
export function NotificationsPage({ place }: { readonly place: Place }) {
  const { query } = place;
  const state = STATES.find(({ value }) => value === query.get("state"))?.value ?? "failed";
  const type = query.get("type");
  const span = readSpan(place, "30d", useNow());
  const toPath = () => {
    const { from } = readSpan(place, "30d", readTime());
    return withQuery("/notifications", { state, type, from: toIso(from), cursor: query.get("cursor") });
  };
  const live = useLive<Page>(query.toString(), toPath);
  const resent = state === "waiting" ? "waiting" : "failed";
  const resendAll = h(MassAction, {
    name: `Resend all ${resent} …`,
    verb: "Resend",
    things: `${resent} notifications${type === null ? "" : ` of the type ${type}`}`,
    path: "/notifications/resend",
    filter: { state: resent, ...(type === null ? {} : { type }) },
    toCount: (answer) => Number(answer.resent ?? 0),
    onDone: live.reload,
  });
  return html`${h(PageTitle, { title: "Notifications" }, resendAll, h(RangePicker, { place, span, hasEnd: false }))}
    ${h(FilterTabs, { label: "State", place, filter: "state", choices: STATES, chosen: state })}
    ${h(Filters, { place, names: ["type"] })}
    ${h(LiveList<Notification, Page>, {
      live,
      place,
      caption: "Notifications",
      columns: toColumns(live.reload),
      toRows: ({ notifications }) => notifications,
      toKey: ({ id }) => id,
      empty: EMPTY[state],
    })}`;
}
