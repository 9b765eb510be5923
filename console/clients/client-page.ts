import type { Client } from "../api/answers.ts";
import { useLive } from "../live/use-live.ts";
import { Badge } from "../parts/badge.ts";
import { Facts } from "../parts/facts.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import { Loading } from "../parts/loading.ts";
import { PageTitle } from "../parts/page-title.ts";
import { ProblemNote } from "../parts/problem-note.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toCalls } from "../routes/links.ts";
import { describeAgents, listBounds } from "./bounds.ts";
import { ClientUsage } from "./client-usage.ts";
import { PauseClient } from "./pause-client.ts";

const EVERY_MS = 15_000;

/** One client: its bounds, and how much of them it has used. */
export function ClientPage({ id }: { readonly id: string }) {
  const {
    value: client,
    problem,
    reload,
  } = useLive<Client>(id, () => `/v1/clients/${encodeURIComponent(id)}`, EVERY_MS);
  const note = problem && h(ProblemNote, { problem, onRetry: reload });
  const calls = html`<p><a href=${toCalls({ client: id })}>Its calls</a></p>`;
  if (client === null) return html`${h(PageTitle, { title: "Client" })}${note ?? h(Loading, {})}${problem && calls}`;
  const { name = id, kind, paused = false, scopes = [], createdAt, expiresAt } = client;
  const facts = [
    { name: "Scopes", value: scopes.join(", ") },
    { name: "Agents", value: describeAgents(client) },
    ...listBounds(client).map(({ name: member, text }) => ({ name: member, value: text })),
    createdAt ? { name: "Made", value: h(TimeAgo, { at: createdAt }) } : null,
    expiresAt ? { name: "Expires", value: h(TimeAgo, { at: expiresAt }) } : null,
  ];
  return html`${h(PageTitle, { title: name }, kind !== "policy" && h(PauseClient, { client, onDone: reload }))}
    <p class="lead">${h(Badge, { state: paused ? "paused" : "active", tone: paused ? "warn" : "good" })} ${kind}</p>
    <p>${h(Id, { id, what: "client id" })}</p>
    ${note}
    <section aria-labelledby="usage"><h2 id="usage">Today and this month</h2>${h(ClientUsage, { client })}${calls}</section>
    <section aria-labelledby="bounds"><h2 id="bounds">Bounds</h2>${h(Facts, { facts })}</section>`;
}
