import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { type Choice, Confirm } from "./confirm.ts";
import { h, html } from "./html.ts";

interface Props<T> {
  /** The button, and the dialog's title when that names no other. */
  readonly name: string;
  /** Names it for a screen reader where many buttons have the same name. */
  readonly label?: string;
  readonly title?: string;
  readonly choices: readonly Choice<T>[];
  readonly onDone: (value: T) => void;
  readonly children?: ComponentChildren;
}

/** A button that changes something: it asks first. */
export function Action<T>({ name, label, title, choices, onDone, children }: Props<T>) {
  const [isOpen, setOpen] = useState(false);
  return html`<button type="button" aria-label=${label} onClick=${() => setOpen(true)}>${name}</button>
    ${isOpen && h(Confirm<T>, { title: title ?? name, choices, onDone, onClose: () => setOpen(false) }, children)}`;
}
