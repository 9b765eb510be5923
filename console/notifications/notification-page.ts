import type { Notification } from "../api/answers.ts";
import { useLive } from "../live/use-live.ts";
import { Badge } from "../parts/badge.ts";
import { Facts } from "../parts/facts.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import { Loading } from "../parts/loading.ts";
import { PageTitle } from "../parts/page-title.ts";
import { ProblemNote } from "../parts/problem-note.ts";
import { Table } from "../parts/table.ts";
import { formatDuration } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toCalls } from "../routes/links.ts";
import { ResendNotification } from "./resend-notification.ts";

type Try = NonNullable<Notification["tries"]>[number];

const TRIES = [
  { name: "Tried", cell: ({ at }: Try) => h(TimeAgo, { at, isInRow: true }) },
  { name: "Outcome", cell: ({ outcome }: Try) => html`<code>${outcome}</code>` },
  { name: "Took", isNumber: true, cell: ({ ms }: Try) => formatDuration(ms) },
];

/** One notification with its attempts. */
export function NotificationPage({ id }: { readonly id: string }) {
  const { value, problem, reload } = useLive<Notification>(id, () => `/notifications/${encodeURIComponent(id)}`);
  const note = problem && h(ProblemNote, { problem, onRetry: reload });
  if (value === null) return html`${h(PageTitle, { title: "Notification" })}${note ?? h(Loading, {})}`;
  const { type, state, created_at, last_failure, next_attempt_at, resent_at, tries = [] } = value;
  const facts = [
    { name: "Happened", value: h(TimeAgo, { at: created_at }) },
    { name: "Attempts", value: String(value.attempts) },
    last_failure === null ? null : { name: "Latest failure", value: html`<code>${last_failure}</code>` },
    next_attempt_at === null ? null : { name: "Next", value: h(TimeAgo, { at: next_attempt_at }) },
    resent_at ? { name: "Resent", value: h(TimeAgo, { at: resent_at }) } : null,
    { name: "About", value: html`<a href=${toCalls({ q: id, range: "30d" })}>Find its call</a>` },
  ];
  return html`${h(PageTitle, { title: type }, state !== "delivered" && h(ResendNotification, { id, onDone: reload }))}
    <p class="lead">${h(Badge, { state })}</p>
    <p>${h(Id, { id, what: "notification id" })}</p>
    ${note}
    ${h(Facts, { facts })}
    <section aria-labelledby="tries"><h2 id="tries">Attempts</h2>
      ${tries.length === 0 ? html`<p class="dim">None yet.</p>` : h(Table<Try>, { caption: "Attempts", columns: TRIES, rows: tries, toKey: ({ at }) => at })}
    </section>`;
}
