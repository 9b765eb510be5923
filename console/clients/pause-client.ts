import type { Client } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import { Action } from "../parts/action.ts";
import { h, html } from "../parts/html.ts";

interface Props {
  readonly client: Client;
  readonly onDone: () => void;
}

/** Pauses a client, or lets it go on. */
export function PauseClient({ client, onDone }: Props) {
  const { id, name = id, paused = false } = client;
  const verb = paused ? "Resume" : "Pause";
  const choice = {
    name: `${verb} its charged calls`,
    run: () => ask<Client>(`/v1/clients/${encodeURIComponent(id)}/${verb.toLowerCase()}`, { method: "POST" }),
    toDone: () => (paused ? `Charged calls of ${name} go on.` : `Charged calls of ${name} are paused.`),
    isDanger: !paused,
  };
  return h(
    Action<Client>,
    { name: `${verb} …`, label: `${verb} ${name}`, title: `${verb} ${name}?`, choices: [choice], onDone },
    paused
      ? html`<p>Its calls that cost credits are accepted again, within three minutes everywhere.</p>`
      : html`<p>Its calls that cost credits are refused, within three minutes everywhere, until it is resumed. All else goes on: what it reads, and what GEN is working on for it.</p>`,
  );
}
