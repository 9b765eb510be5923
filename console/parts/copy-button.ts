import { useState } from "preact/hooks";
import { html } from "./html.ts";

const SHOWN_MS = 1_500;

/** Copies a text with one click. `what` names it for a screen reader. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const copy = async () => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setState(isCopied ? "copied" : "failed");
    setTimeout(() => setState("idle"), SHOWN_MS);
  };
  const label = { idle: `Copy ${what}`, copied: "Copied", failed: "Could not be copied" }[state];
  return html`<button type="button" class=${`copy ${state}`} aria-label=${label} title=${label} onClick=${copy}></button>`;
}
