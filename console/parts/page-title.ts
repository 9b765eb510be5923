import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { html } from "./html.ts";
import { isWriting } from "./is-writing.ts";

interface Props {
  readonly title: string;
  /** Buttons and filters at the right. */
  readonly children?: ComponentChildren;
}

/** The heading of a page: it names the tab, and gets the focus, so that a screen reader says where one is. A field keeps it. */
export function PageTitle({ title, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · gen-edge`;
    if (!isWriting(document.activeElement)) heading.current?.focus({ preventScroll: true });
  }, [title]);
  return html`<div class="page-title"><h1 tabindex="-1" ref=${heading}>${title}</h1><div class="tools">${children}</div></div>`;
}
