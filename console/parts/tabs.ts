import { change, type Place } from "../routes/place.ts";
import { h, html } from "./html.ts";

interface Tab {
  readonly name: string;
  readonly href: string;
  readonly isCurrent: boolean;
}

/** The kinds of a list, each a link. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  return html`<nav class="tabs" aria-label=${label}>
    ${tabs.map(({ name, href, isCurrent }) => html`<a key=${name} href=${href} aria-current=${isCurrent ? "true" : undefined}>${name}</a>`)}
  </nav>`;
}

interface Choosing {
  readonly label: string;
  readonly place: Place;
  /** The filter in the address that they set. */
  readonly filter: string;
  /** Null: without the filter. */
  readonly choices: readonly { readonly name: string; readonly value: string | null }[];
  readonly chosen: string | null;
}

/** The values of one filter as tabs. */
export function FilterTabs({ label, place, filter, choices, chosen }: Choosing) {
  const tabs = choices.map(({ name, value }) => ({
    name,
    href: change(place, { [filter]: value }),
    isCurrent: value === chosen,
  }));
  return h(Tabs, { label, tabs });
}
