import type { Client, Spending, Usage } from "../api/answers.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { showLive } from "../parts/show-live.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { UsageBar } from "../parts/usage-bar.ts";
import { toMoney } from "../routes/links.ts";

/** What it has used today and this month, against its bounds. */
export function ClientUsage({ client }: { readonly client: Client }) {
  const live = useLive<Usage>(client.id, () => `/v1/usage?client=${encodeURIComponent(client.id)}`);
  return showLive(
    live,
    ({
      charged_calls,
      credits,
      month,
      day,
      resets_at,
    }) => html`${showUse("Charged calls today", charged_calls, client.chargesPerDay)}
    ${showUse("Credits today", credits, client.creditsPerDay)}
    ${showUse("Charged calls this month", month.charged_calls, client.chargesPerMonth)}
    ${showUse("Credits this month", month.credits, client.creditsPerMonth)}
    <p class="dim">${day} (UTC); the day ends ${h(TimeAgo, { at: resets_at })}. <a href=${toMoney(null, { client: client.id })}>Its money</a></p>`,
  );
}

function showUse(name: string, { spent, reserved }: Spending, limit: number | null | undefined) {
  return h(UsageBar, { name, used: spent + reserved, reserved, limit });
}
