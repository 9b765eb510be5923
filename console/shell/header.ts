import { h, html } from "../parts/html.ts";
import type { Place } from "../routes/place.ts";
import { SECTIONS } from "./pages.ts";
import { Search } from "./search.ts";

interface Props {
  readonly place: Place;
  readonly onSignOut: () => void;
}

export function Header({ place, onSignOut }: Props) {
  const [current = ""] = place.path;
  return html`<header>
    <a class="brand" href="#/">gen-edge</a>
    <nav aria-label="Sections">
      ${SECTIONS.map(({ name, path }) => html`<a key=${name} href=${`#/${path}`} aria-current=${path === current ? "page" : undefined}>${name}</a>`)}
    </nav>
    ${h(Search, { place })}
    <button type="button" class="sign-out" onClick=${onSignOut}>Sign out</button>
  </header>`;
}
