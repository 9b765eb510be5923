import type { Budget, Budgets as Page } from "../api/answers.ts";
import { type Answer, ask } from "../api/api.ts";
import { Owner } from "../calls/owner.ts";
import { useLiveAnswer } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { showLive } from "../parts/show-live.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { UsageBar } from "../parts/usage-bar.ts";
import { toMoney } from "../routes/links.ts";
import { capitalize } from "./groups.ts";

const EVERY_MS = 10_000;
const SHOWN = 10;
/** Those of all and of GEN's accounts are always shown. */
const PATHS = ["&of=all", "&of=account", ""].map((of) => `/v1/usage/budgets?limit=${SHOWN}${of}`);

/** The budgets that were used today and this month: of all and of GEN's accounts, then those nearest to their end. */
export function Budgets() {
  const live = useLiveAnswer("budgets", load, EVERY_MS);
  return showLive(live, (budgets) =>
    budgets.length === 0
      ? html`<p class="dim">No budget was used today or this month.</p>`
      : html`<ul class="budgets">${budgets.map((budget) => html`<li key=${toKey(budget)}>${showBudget(budget)}</li>`)}</ul>
        <p class="dim">Nearest to their end first. ${showRenewals(budgets)}</p>`,
  );
}

async function load(signal: AbortSignal): Promise<Answer<Budget[]>> {
  const found = new Map<string, Budget>();
  for (const answer of await Promise.all(PATHS.map((path) => ask<Page>(path, { signal })))) {
    if (!answer.ok) return answer;
    for (const budget of answer.value.budgets) found.set(toKey(budget), budget);
  }
  return { ok: true, value: [...found.values()] };
}

function toKey({ of, name, unit, per }: Budget): string {
  return [of, name, unit, per].join(" ");
}

function showBudget(budget: Budget) {
  const { of, name, unit, per, limit, used } = budget;
  const title = html`<b>${showHolder(budget)}</b>`;
  const period = per === "day" ? "today" : "this month";
  return h(UsageBar, {
    name: `${of} ${name ?? ""}, ${unit} ${period}`,
    title,
    used,
    limit,
    unit: ` ${unit} ${period}`,
  });
}

function showHolder({ of, name }: Budget) {
  if (name === null || name === "") return "All";
  if (of === "client" || of === "user") return h(Owner, { id: name });
  return html`${capitalize(of)} <a href=${toMoney(null, { [of]: name })}>${name}</a>`;
}

function showRenewals(budgets: readonly Budget[]) {
  const renewals = new Map(budgets.map(({ per, renews_at }) => [per, renews_at]));
  return [...renewals].map(([per, at]) => html`<span key=${per}>The ${per} (UTC) ends ${h(TimeAgo, { at })}. </span>`);
}
