import type { Run } from "../api/answers.ts";
import { ask } from "../api/api.ts";
import { Action } from "../parts/action.ts";
import { h, html } from "../parts/html.ts";

interface Props {
  /** Of the run. */
  readonly path: string;
  readonly onDone: () => void;
}

export function RerunRun({ path, onDone }: Props) {
  const choice = {
    name: "Run again",
    run: () => ask<Run>(`${path}/rerun`, { method: "POST" }),
    toDone: () => "The run goes on.",
  };
  return h(
    Action<Run>,
    { name: "Run again …", title: "Run it again?", choices: [choice], onDone },
    html`<p>It goes on from the step that failed. Steps that are done keep their results, and nothing is charged twice.</p>`,
  );
}
