import type { Group, Report } from "../api/answers.ts";
import { useLive } from "../live/use-live.ts";
import { html } from "../parts/html.ts";
import { showLive } from "../parts/show-live.ts";
import { formatNumber } from "../parts/time.ts";

const EVERY_MS = 10_000;

const ROWS: readonly (readonly [name: string, value: (group: Group) => number])[] = [
  ["Credits spent", ({ spent }) => spent],
  ["Credits reserved", ({ reserved }) => reserved],
  ["Credits given back", ({ given_back }) => given_back],
  ["Charged calls", ({ calls }) => calls],
  ["Calls under way", ({ reserved_calls }) => reserved_calls],
  ["Failed or stopped", ({ failed }) => failed],
  ["Without a price", ({ unpriced }) => unpriced],
];

/** The sums of the day and of the month. Without days a report is of this month up to today. */
export function SpentNow() {
  const live = useLive<Report>("spent", () => "/v1/usage?by=day", EVERY_MS);
  return showLive(live, ({ total, groups, to }) => {
    const today = groups.find(({ key }) => key === to);
    return html`<table class="plain sums-table">
      <thead><tr><td></td><th scope="col" class="number">Today</th><th scope="col" class="number">This month</th></tr></thead>
      <tbody>${ROWS.map(
        ([name, read]) => html`<tr key=${name}><th scope="row">${name}</th>
        <td class="number">${formatNumber(today === undefined ? 0 : read(today))}</td><td class="number">${formatNumber(read(total))}</td></tr>`,
      )}</tbody>
    </table>
    <p class="dim">${to} (UTC). Costs, and GEN’s estimates where the cost is not known yet.</p>`;
  });
}
