import { formatJson } from "../api/json.ts";
import { CopyButton } from "./copy-button.ts";
import { h, html } from "./html.ts";

/** JSON as text, closed at first. */
export function JsonBlock({ name, value }: { readonly name: string; readonly value: unknown }) {
  const text = formatJson(value);
  return html`<details class="json">
    <summary>${name}</summary>
    <div class="json-text"><pre tabindex="0" role="group" aria-label=${name}>${text}</pre>${h(CopyButton, { text, what: name })}</div>
  </details>`;
}
