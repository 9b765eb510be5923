import type { ComponentChildren } from "preact";
import { html } from "./html.ts";

interface Fact {
  readonly name: string;
  readonly value: ComponentChildren;
}

/** Names and values. What is null is left out. */
export function Facts({ facts }: { readonly facts: readonly (Fact | null)[] }) {
  const shown = facts.filter((fact) => fact !== null && fact.value !== null && fact.value !== undefined);
  return html`<dl class="facts">
    ${shown.map((fact) => fact && html`<div key=${fact.name}><dt>${fact.name}</dt><dd>${fact.value}</dd></div>`)}
  </dl>`;
}
