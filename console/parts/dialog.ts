import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { html } from "./html.ts";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  /** Something is under way: its end is waited for, so that nobody misses a failure. */
  readonly isBusy?: boolean;
  readonly children?: ComponentChildren;
}

/** The platform's modal dialog: it keeps the focus inside, closes with Escape, and gives the focus back. */
export function Dialog({ title, onClose, isBusy = false, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    const opener = document.activeElement;
    shown?.showModal();
    return () => {
      shown?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  // Not every browser lets a page hold Escape back.
  const onClosed = () => (isBusy ? dialog.current?.showModal() : onClose());
  return html`<dialog ref=${dialog} aria-labelledby=${id} onClose=${onClosed}>
    <h2 id=${id}>${title}</h2>
    ${children}
  </dialog>`;
}
