import type { ComponentChildren } from "preact";
import { useContext, useState } from "preact/hooks";
import type { Answer } from "../api/api.ts";
import type { Problem } from "../api/problem.ts";
import { Dialog } from "./dialog.ts";
import { h, html } from "./html.ts";
import { ProblemNote } from "./problem-note.ts";
import { Say } from "./toast.ts";

export interface Choice<T> {
  readonly name: string;
  readonly run: () => Promise<Answer<T>>;
  /** What is said afterwards. */
  readonly toDone: (value: T) => string;
  readonly isDanger?: boolean;
}

interface Props<T> {
  readonly title: string;
  readonly choices: readonly Choice<T>[];
  readonly onDone: (value: T) => void;
  readonly onClose: () => void;
  readonly children?: ComponentChildren;
}

/** Asks once before something is changed, shows what went wrong, and closes when it is done. */
export function Confirm<T>({ title, choices, onDone, onClose, children }: Props<T>) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const say = useContext(Say);
  const carryOut = async ({ run, toDone }: Choice<T>) => {
    setBusy(true);
    setProblem(null);
    const answer = await run();
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    say(toDone(answer.value));
    onDone(answer.value);
    onClose();
  };
  const content = html`<div class="dialog-text">${children}</div>
    ${problem && h(ProblemNote, { problem })}
    <div class="dialog-buttons">
      <button type="button" disabled=${isBusy} onClick=${onClose}>Close</button>
      ${choices.map((choice) => html`<button key=${choice.name} type="button" class=${choice.isDanger ? "danger" : "main"} disabled=${isBusy} onClick=${() => carryOut(choice)}>${choice.name}</button>`)}
    </div>`;
  return h(Dialog, { title, onClose, isBusy }, content);
}
