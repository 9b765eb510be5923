import type { Client, Usage } from "../api/answers.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { Loading } from "../parts/loading.ts";
import { ProblemNote } from "../parts/problem-note.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { UsageBar } from "./usage-bar.ts";

/** What it has used today and this month, against its bounds. */
export function ClientUsage({ client }: { readonly client: Client }) {
  const { value, problem, reload } = useLive<Usage>(
    client.id,
    () => `/v1/usage?client=${encodeURIComponent(client.id)}`,
  );
  if (value === null) return problem ? h(ProblemNote, { problem, onRetry: reload }) : h(Loading, {});
  const { chargesPerDay, creditsPerDay, chargesPerMonth, creditsPerMonth } = client;
  const { month } = value;
  return html`${h(UsageBar, { name: "Charged calls", spending: value.charged_calls, limit: chargesPerDay })}
    ${h(UsageBar, { name: "Credits", spending: value.credits, limit: creditsPerDay })}
    <p class="dim">${value.day} (UTC); it begins anew ${h(TimeAgo, { at: value.resets_at })}.</p>
    ${h(UsageBar, { name: "Charged calls this month", spending: month.charged_calls, limit: chargesPerMonth })}
    ${h(UsageBar, { name: "Credits this month", spending: month.credits, limit: creditsPerMonth })}`;
}
