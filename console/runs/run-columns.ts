import type { Run } from "../api/answers.ts";
import { Badge } from "../parts/badge.ts";
import { CopyButton } from "../parts/copy-button.ts";
import { h, html } from "../parts/html.ts";
import { shorten } from "../parts/id.ts";
import type { Column } from "../parts/table.ts";
import { formatDuration } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toRun } from "../routes/links.ts";
import { Trigger } from "./trigger.ts";

export const RUN_COLUMNS: readonly Column<Run>[] = [
  {
    name: "Run",
    isLead: true,
    cell: ({ pipeline, id }) =>
      html`<span class="id"><a class="main-link" href=${toRun(pipeline, id)} title=${id}><code>${shorten(id)}</code></a>${h(CopyButton, { text: id, what: "run id" })}</span>`,
  },
  { name: "State", cell: ({ state }) => h(Badge, { state }) },
  { name: "Started by", cell: ({ trigger }) => h(Trigger, { trigger }) },
  { name: "Started", cell: ({ created_at }) => h(TimeAgo, { at: created_at, isInRow: true }) },
  {
    name: "Took",
    isNumber: true,
    cell: ({ created_at, ended_at }) =>
      ended_at === undefined ? null : formatDuration(Date.parse(ended_at) - Date.parse(created_at)),
  },
  {
    name: "Error",
    cell: ({ error }) =>
      error && html`<span class="wrap">${error.step && html`<code>${error.step}</code>: `}${error.detail}</span>`,
  },
];
