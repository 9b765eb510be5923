import { Component, type ComponentChildren } from "preact";
import { html } from "./html.ts";

interface Props {
  readonly children?: ComponentChildren;
}

/** A page that can't be drawn does not take the others with it. */
export class Boundary extends Component<Props, { readonly error: string | null }> {
  override state: { readonly error: string | null } = { error: null };

  static override getDerivedStateFromError(error: unknown) {
    return { error: error instanceof Error ? error.message : String(error) };
  }

  override render({ children }: Props) {
    const { error } = this.state;
    if (error === null) return children;
    return html`<div class="note bad" role="alert">
      <p><strong>This page can’t be shown</strong></p>
      <p>The console has met an answer that it does not understand. Reload it: there may be a newer version.</p>
      <p class="dim"><code>${error}</code></p>
    </div>`;
  }
}
