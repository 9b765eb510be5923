import type { WholeRun } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import { Action } from "../parts/action.ts";
import { h, html } from "../parts/html.ts";

interface Props {
  /** Of the run. */
  readonly path: string;
  readonly onDone: () => void;
}

export function StopRun({ path, onDone }: Props) {
  const choice = {
    name: "Stop the run",
    run: () => ask<WholeRun>(`${path}/stop`, { method: "POST" }),
    toDone: ({ state }: WholeRun) => `The run is ${state}.`,
    isDanger: true,
  };
  return h(
    Action<WholeRun>,
    { name: "Stop …", title: "Stop this run?", choices: [choice], onDone },
    html`<p>Its open calls are cancelled: what GEN is working on for it is stopped. It can be run again later from here.</p>`,
  );
}
