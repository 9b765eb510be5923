import { CopyButton } from "./copy-button.ts";
import { h, html } from "./html.ts";

interface Props {
  readonly id: string;
  /** What it is the id of: "request id". */
  readonly what: string;
  /** Where it leads; null for a text alone. */
  readonly href?: string | null;
  /** In lists the middle of a long id is left out; copying gives all of it. */
  readonly isShort?: boolean;
}

export function Id({ id, what, href = null, isShort = false }: Props) {
  const text = isShort ? shorten(id) : id;
  const shown =
    href === null ? html`<code title=${id}>${text}</code>` : html`<a href=${href} title=${id}><code>${text}</code></a>`;
  return html`<span class="id">${shown}${h(CopyButton, { text: id, what })}</span>`;
}

const HEAD = 8;
const TAIL = 4;

export function shorten(id: string): string {
  return id.length <= HEAD + TAIL + 2 ? id : `${id.slice(0, HEAD)}…${id.slice(-TAIL)}`;
}
