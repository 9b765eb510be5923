import type { Call } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import { Action } from "../parts/action.ts";
import { h, html } from "../parts/html.ts";

interface Props {
  readonly id: string;
  readonly onDone: () => void;
}

export function CancelCall({ id, onDone }: Props) {
  const choice = {
    name: "Cancel the call",
    run: () => ask<Call>(`/v1/calls/${encodeURIComponent(id)}`, { method: "DELETE" }),
    toDone: ({ cancel_wanted, state }: Call) =>
      cancel_wanted ? "The call is being cancelled." : `The call is now: ${state.replaceAll("_", " ")}.`,
    isDanger: true,
  };
  return h(
    Action<Call>,
    { name: "Cancel …", title: "Cancel this call?", choices: [choice], onDone },
    html`<p>If it was not sent to GEN yet, it ends without a charge. If it was, what it has started is stopped as soon as it is known, and GEN gives the credits back.</p>`,
  );
}
