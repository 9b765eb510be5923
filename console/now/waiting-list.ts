import type { Health } from "../api/answers.ts";
import { html } from "../parts/html.ts";
import { formatNumber } from "../parts/time.ts";
import { listWaiting, type Waiting } from "./waiting.ts";

export function WaitingList({ health }: { readonly health: Health }) {
  const all = listWaiting(health);
  const urgent = all.filter(({ count, isUrgent }) => isUrgent && count !== 0);
  return html`${urgent.length === 0 && html`<p class="calm">Nothing waits for you.</p>`}
    <ul class="waiting">${all.map(showWaiting)}</ul>`;
}

function showWaiting({ name, why, href, count, isUrgent }: Waiting) {
  const tone = count === 0 ? "nothing" : isUrgent ? "urgent" : "";
  const more = count === null ? "Not known at the moment." : why;
  return html`<li key=${name} class=${tone}>
    <a href=${href}><b>${count === null ? "?" : formatNumber(count)}</b><span>${name}</span></a>${count !== 0 && html`<small>${more}</small>`}
  </li>`;
}
