import type { AuditEntry, AuditPage as Page } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { ClientLink } from "../clients/client-link.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import { LiveList } from "../parts/live-list.ts";
import { PageTitle } from "../parts/page-title.ts";
import type { Column } from "../parts/table.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toCall, toClient, toNotification } from "../routes/links.ts";
import type { Place } from "../routes/place.ts";

const COLUMNS: readonly Column<AuditEntry>[] = [
  { name: "What", isLead: true, cell: ({ what }) => html`<b>${what}</b>` },
  { name: "Target", cell: ({ what, target }) => target !== null && showTarget(what, target) },
  { name: "When", cell: ({ at }) => h(TimeAgo, { at, isInRow: true }) },
  { name: "Who", cell: ({ client_id }) => h(ClientLink, { id: client_id }) },
  { name: "From", cell: ({ address_family }) => address_family },
  { name: "Request", cell: ({ request_id }) => h(Id, { id: request_id, what: "request id", isShort: true }) },
];

/** Who has changed what, and when. */
export function AuditPage({ place }: { readonly place: Place }) {
  const cursor = place.query.get("cursor");
  const live = useLive<Page>(`audit ${cursor}`, () => withQuery("/v1/audit", { cursor }));
  return html`${h(PageTitle, { title: "Audit" })}
    ${h(LiveList<AuditEntry, Page>, {
      live,
      place,
      caption: "Changes by operators",
      columns: COLUMNS,
      toRows: ({ entries }) => entries,
      toKey: ({ at, request_id }) => `${at} ${request_id}`,
      empty: "No operator has changed anything yet.",
    })}`;
}

function showTarget(what: string, target: string) {
  const href = toTarget(what, target);
  return target.length > 40 || href !== null ? h(Id, { id: target, what: "target", href, isShort: true }) : target;
}

function toTarget(what: string, target: string): string | null {
  if (what.startsWith("call.")) return toCall(target);
  if (what.startsWith("client.")) return toClient(target);
  return what.startsWith("notification.") && target.startsWith("msg_") ? toNotification(target) : null;
}
