import type { Notification } from "../api/answers.ts";
import { Badge } from "../parts/badge.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import type { Column } from "../parts/table.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toNotification } from "../routes/links.ts";
import { ResendNotification } from "./resend-notification.ts";

export function toColumns(onDone: () => void): readonly Column<Notification>[] {
  return [
    {
      name: "Type",
      isLead: true,
      cell: ({ id, type }) => html`<a class="main-link" href=${toNotification(id)}>${type}</a>`,
    },
    { name: "State", cell: ({ state }) => h(Badge, { state }) },
    { name: "Happened", cell: ({ created_at }) => h(TimeAgo, { at: created_at, isInRow: true }) },
    { name: "Attempts", isNumber: true, cell: ({ attempts }) => String(attempts) },
    { name: "Latest failure", cell: ({ last_failure }) => last_failure !== null && html`<code>${last_failure}</code>` },
    {
      name: "Next",
      cell: ({ next_attempt_at }) => next_attempt_at !== null && h(TimeAgo, { at: next_attempt_at, isInRow: true }),
    },
    { name: "Id", cell: ({ id }) => h(Id, { id, what: "notification id", isShort: true }) },
    { name: "Action", cell: (row) => row.state !== "delivered" && h(ResendNotification, { id: row.id, onDone }) },
  ];
}
