import { useContext } from "preact/hooks";
import type { Charges, GenHealth, Health } from "../api/answers.ts";
import { Facts } from "../parts/facts.ts";
import { h, html } from "../parts/html.ts";
import { formatNumber } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { ChargesState, PauseCharges } from "./charges.ts";

export function GenState({ health }: { readonly health: Health }) {
  const charges = useContext(ChargesState).value;
  const { gen = null, version } = health;
  const facts = [
    { name: "Answers", value: gen ? toWord(gen.reachable, "yes", "no") : "not known at the moment" },
    gen && { name: "Accepts the key", value: toWord(gen.key_accepted, "yes", "no") },
    gen && { name: "Credits left", value: showCredits(gen) },
    gen?.unhealthy_since ? { name: "Unhealthy since", value: h(TimeAgo, { at: gen.unhealthy_since }) } : null,
    gen && { name: "Checked", value: h(TimeAgo, { at: gen.checked_at }) },
    { name: "Charges", value: showCharges(charges) },
    { name: "Worker", value: html`<code>${version}</code>` },
  ];
  return html`${h(Facts, { facts })}
    ${gen?.problems.map((text) => html`<div key=${text} class="note bad"><p>${text}</p></div>`)}`;
}

function toWord(is: boolean | null, yes: string, no: string) {
  if (is === null) return "not known";
  return html`<span class=${is ? "good-text" : "bad-text"}>${is ? yes : no}</span>`;
}

function showCredits({ credits: { available, low } }: GenHealth) {
  if (available === null) return "not known";
  return html`<span class=${low ? "bad-text" : ""}>${formatNumber(available)}${low && " (low)"}</span>`;
}

function showCharges(charges: Charges | null) {
  if (charges === null) return "not known";
  return charges.paused
    ? html`<span class="bad-text">paused</span>`
    : html`accepted <span class="inline-action">${h(PauseCharges, {})}</span>`;
}
