import type { ComponentChildren } from "preact";
import type { Live } from "../live/use-live.ts";
import { h, html } from "./html.ts";
import { Loading } from "./loading.ts";
import { ProblemNote } from "./problem-note.ts";

/** What the API says in each of its states: loading, failing, not allowed, there. An older answer stays under a failure. */
export function showLive<T>(
  { value, problem, reload }: Live<T>,
  show: (value: T) => ComponentChildren,
): ComponentChildren {
  return html`${problem && h(ProblemNote, { problem, onRetry: reload })}
    ${value === null ? !problem && h(Loading, {}) : show(value)}`;
}
