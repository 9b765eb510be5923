import { html } from "./html.ts";

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
