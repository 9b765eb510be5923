import type { Client, Usage } from "../api/answers.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { Loading } from "../parts/loading.ts";
import { ProblemNote } from "../parts/problem-note.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { UsageBar } from "./usage-bar.ts";

/** What it has used today, against its bounds. */
export function ClientUsage({ client }: { readonly client: Client }) {
  const { value, problem, reload } = useLive<Usage>(
    client.id,
    () => `/v1/usage?client=${encodeURIComponent(client.id)}`,
  );
  if (value === null) return problem ? h(ProblemNote, { problem, onRetry: reload }) : h(Loading, {});
  const { chargesPerDay, creditsPerDay } = client;
  const isCounted = typeof chargesPerDay === "number" || typeof creditsPerDay === "number";
  if (!isCounted) return html`<p class="dim">It has no bound a day, so its use is not counted.</p>`;
  return html`${h(UsageBar, { name: "Charged calls", spending: value.charged_calls, limit: chargesPerDay })}
    ${h(UsageBar, { name: "Credits", spending: value.credits, limit: creditsPerDay })}
    <p class="dim">${value.day} (UTC); it begins anew ${h(TimeAgo, { at: value.resets_at })}.</p>`;
}
