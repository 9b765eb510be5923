import { useContext, useState } from "preact/hooks";
import { askForFile } from "../api/api.ts";
import type { Problem } from "../api/problem.ts";
import { Dialog } from "./dialog.ts";
import { h, html } from "./html.ts";
import { ProblemNote } from "./problem-note.ts";
import { Say } from "./toast.ts";

interface Props {
  /** What is in the file, for a screen reader. */
  readonly what: string;
  readonly toPath: () => string;
}

/** Downloads a report. The key goes into a header, so that a link would not do. A button that is disabled would lose the focus. */
export function CsvButton({ what, toPath }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const say = useContext(Say);
  const download = async () => {
    if (isBusy) return;
    setBusy(true);
    const answer = await askForFile(toPath());
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    save(answer.value);
    say(`Downloaded: ${answer.value.name}`);
  };
  const close = () => setProblem(null);
  return html`<button type="button" aria-disabled=${isBusy} onClick=${download}>Download CSV<span class="unseen">: ${what}</span></button>
    ${
      problem &&
      h(
        Dialog,
        { title: "Not downloaded", onClose: close },
        html`${h(ProblemNote, { problem })}<div class="dialog-buttons"><button type="button" onClick=${close}>Close</button></div>`,
      )
    }`;
}

const KEPT_MS = 60_000;

function save({ name, content }: { readonly name: string; readonly content: Blob }): void {
  const href = URL.createObjectURL(content);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEPT_MS);
}
