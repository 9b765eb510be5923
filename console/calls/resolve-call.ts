import type { Call } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import { Action } from "../parts/action.ts";
import { h, html } from "../parts/html.ts";

interface Props {
  readonly id: string;
  readonly onDone: () => void;
}

export function ResolveCall({ id, onDone }: Props) {
  const resolve = (charged: boolean) => () =>
    ask<Call>(`/v1/calls/${encodeURIComponent(id)}/resolve`, { method: "POST", body: { charged } });
  const choices = [
    { name: "It was not charged", run: resolve(false), toDone: () => "Resolved: it was not charged." },
    { name: "It was charged", run: resolve(true), toDone: () => "Resolved: it was charged." },
  ];
  return h(
    Action<Call>,
    { name: "Resolve …", title: "Was this call charged?", choices, onDone },
    html`<p>Look at GEN first: at the cell or sheet, at the running jobs, and at the list of credit transactions around the time of the sends.</p>
      <p>If it was not charged, its client may send it again under the same key. If it was, its key is used up.</p>`,
  );
}
