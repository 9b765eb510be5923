import { useContext, useState } from "preact/hooks";
import { type Answer, ask } from "../api/api.ts";
import { readTime } from "../api/clock.ts";
import type { Problem } from "../api/problem.ts";
import { toIso } from "../routes/span.ts";
import { Dialog } from "./dialog.ts";
import { h, html } from "./html.ts";
import { ProblemNote } from "./problem-note.ts";
import { formatMinute, formatNumber, toLocal } from "./time.ts";
import { Say } from "./toast.ts";

interface Counted {
  readonly matched: number;
  /** How many remain when one request does not do all, or the body of the request that goes on. */
  readonly left?: number;
  readonly next?: unknown;
}

interface Props {
  /** The button and the dialog's title: "Resend all …". */
  readonly name: string;
  /** "Resend": the button that does it gets the number. */
  readonly verb: string;
  /** "failed notifications". */
  readonly things: string;
  readonly path: string;
  readonly filter: Readonly<Record<string, string>>;
  /** How many a request has done. */
  readonly toCount: (answer: Counted & Readonly<Record<string, unknown>>) => number;
  readonly onDone: () => void;
}

type Result = Counted & Readonly<Record<string, unknown>>;
type Body = Readonly<Record<string, unknown>>;
type Stage =
  | { readonly kind: "time" }
  | { readonly kind: "counted"; readonly body: Body; readonly matched: number; readonly isRest: boolean };

const DAY_MS = 86_400_000;

/** Many at once, since a time: a dry run counts first, and then it is asked for. */
export function MassAction(props: Props) {
  const [isOpen, setOpen] = useState(false);
  return html`<button type="button" onClick=${() => setOpen(true)}>${props.name}</button>
    ${isOpen && h(MassDialog, { ...props, onClose: () => setOpen(false) })}`;
}

function MassDialog(props: Props & { readonly onClose: () => void }) {
  const { name, verb, things, path, filter, toCount, onDone, onClose } = props;
  const [stage, setStage] = useState<Stage>({ kind: "time" });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const say = useContext(Say);
  const post = async (body: Body): Promise<Answer<Result>> => {
    setBusy(true);
    setProblem(null);
    const answer = await ask<Result>(path, { method: "POST", body });
    setBusy(false);
    if (!answer.ok) setProblem(answer.problem);
    return answer;
  };
  const count = async (body: Body, isRest: boolean) => {
    const answer = await post({ ...body, dry_run: true });
    if (answer.ok) setStage({ kind: "counted", body, matched: answer.value.matched, isRest });
  };
  const carryOut = async (body: Body) => {
    const answer = await post(body);
    if (!answer.ok) return;
    const { matched, left = 0, next } = answer.value;
    say(`${verb}: ${formatNumber(toCount(answer.value))} of ${formatNumber(matched)} ${things}.`);
    onDone();
    if (next === undefined && left === 0) onClose();
    else await count({ ...body, ...(next as Body | undefined) }, true);
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const at = Date.parse(String(new FormData(event.currentTarget as HTMLFormElement).get("since")));
    if (!Number.isNaN(at)) count({ ...filter, since: toIso(at) }, false);
  };
  const note = problem && h(ProblemNote, { problem });
  const close = html`<button type="button" disabled=${isBusy} onClick=${onClose}>Close</button>`;
  const content =
    stage.kind === "time"
      ? html`<form onSubmit=${onSubmit}>
          <p><label>Since <input type="datetime-local" name="since" required defaultValue=${toLocal(readTime() - DAY_MS).slice(0, 16)} /></label></p>
          ${note}
          <div class="dialog-buttons">${close}<button class="main" disabled=${isBusy}>Count them</button></div>
        </form>`
      : html`<p tabindex="-1" ref=${takeFocus}>${describeCount(stage, things)}</p>
          ${note}
          <div class="dialog-buttons">
            ${close}
            <button type="button" disabled=${isBusy} onClick=${() => setStage({ kind: "time" })}>Another time</button>
            ${stage.matched > 0 && html`<button type="button" class="main" disabled=${isBusy} onClick=${() => carryOut(stage.body)}>${verb} ${formatNumber(stage.matched)}</button>`}
          </div>`;
  return h(Dialog, { title: name, onClose, isBusy }, content);
}

function describeCount({ matched, body, isRest }: Stage & { kind: "counted" }, things: string) {
  const since = formatMinute(Date.parse(String(body.since)));
  if (matched === 0) return `There are no ${things} since ${since}.`;
  return html`<strong>${formatNumber(matched)}</strong> ${isRest ? "more " : ""}${things} since ${since}.`;
}

/** What was just counted is read out. */
function takeFocus(element: HTMLElement | null): void {
  element?.focus();
}
