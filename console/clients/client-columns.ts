import type { Client } from "../api/answers.ts";
import { Badge } from "../parts/badge.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import type { Column } from "../parts/table.ts";
import { formatNumber } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toClient } from "../routes/links.ts";
import { describeAgents } from "./bounds.ts";
import { PauseClient } from "./pause-client.ts";

export function toColumns(onDone: () => void): readonly Column<Client>[] {
  return [
    {
      name: "Name",
      isLead: true,
      cell: ({ id, name = id }) => html`<a class="main-link wrap" href=${toClient(id)}>${name}</a>`,
    },
    {
      name: "State",
      cell: ({ paused = false }) => h(Badge, { state: paused ? "paused" : "active", tone: paused ? "warn" : "good" }),
    },
    { name: "Kind", cell: ({ kind }) => kind },
    { name: "Scopes", cell: ({ scopes = [] }) => html`<span class="wrap">${scopes.join(", ")}</span>` },
    { name: "Agents", cell: describeAgents },
    {
      name: "Calls a day",
      isNumber: true,
      cell: ({ chargesPerDay }) => (typeof chargesPerDay === "number" ? formatNumber(chargesPerDay) : null),
    },
    {
      name: "Credits a day",
      isNumber: true,
      cell: ({ creditsPerDay }) => (typeof creditsPerDay === "number" ? formatNumber(creditsPerDay) : null),
    },
    { name: "Expires", cell: ({ expiresAt }) => expiresAt && h(TimeAgo, { at: expiresAt, isInRow: true }) },
    { name: "Id", cell: ({ id }) => h(Id, { id, what: "client id" }) },
    { name: "Action", cell: (client) => client.kind !== "policy" && h(PauseClient, { client, onDone }) },
  ];
}
