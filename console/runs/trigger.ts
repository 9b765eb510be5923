import type { Run } from "../api/answers.ts";
import { ClientLink } from "../clients/client-link.ts";
import { h, html } from "../parts/html.ts";
import { toCalls } from "../routes/links.ts";

/** What started a run. */
export function Trigger({ trigger }: Pick<Run, "trigger">) {
  const { kind, client_id, source, delivery_id, cron } = trigger;
  if (kind === "manual" && client_id) return html`<span>by ${h(ClientLink, { id: client_id })}</span>`;
  if (kind === "webhook" && delivery_id)
    return html`<span class="wrap">webhook ${source} <a href=${toCalls({ q: delivery_id, range: "30d" })}>${delivery_id}</a></span>`;
  return html`<span>${cron ? `cron ${cron}` : kind}</span>`;
}
