import { useEffect, useRef } from "preact/hooks";
import { html } from "../parts/html.ts";
import { isWriting } from "../parts/is-writing.ts";
import { go } from "../routes/go.ts";
import { toCalls } from "../routes/links.ts";
import type { Place } from "../routes/place.ts";

/** From whatever a person quotes to the call. `/` comes here from anywhere. */
export function Search({ place }: { readonly place: Place }) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isPlain = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (!isPlain || isWriting(event.target) || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const q = field.current?.value.trim() ?? "";
    field.current?.blur();
    if (q !== "") go(toCalls({ q, range: "30d" }));
  };
  const sought = place.path[0] === "calls" ? (place.query.get("q") ?? "") : "";
  return html`<form role="search" onSubmit=${onSubmit}>
    <input key=${sought} ref=${field} type="search" name="q" defaultValue=${sought} aria-label="Find by any id" placeholder="Find by any id: request, call, key, generation, run …" maxlength="256" spellcheck=${false} autocomplete="off" />
    <kbd aria-hidden="true">/</kbd>
  </form>`;
}
