import type { WholeRun } from "../api/answers.ts";
import { useLive } from "../live/use-live.ts";
import { Badge } from "../parts/badge.ts";
import { Facts } from "../parts/facts.ts";
import { h, html } from "../parts/html.ts";
import { Id } from "../parts/id.ts";
import { JsonBlock } from "../parts/json-block.ts";
import { Loading } from "../parts/loading.ts";
import { PageTitle } from "../parts/page-title.ts";
import { ProblemNote } from "../parts/problem-note.ts";
import { formatDuration } from "../parts/time.ts";
import { TimeAgo } from "../parts/time-ago.ts";
import { toCalls, toMoney, toRuns } from "../routes/links.ts";
import { RerunRun } from "./rerun-run.ts";
import { isActive, isRerunnable } from "./states.ts";
import { StopRun } from "./stop-run.ts";
import { Trigger } from "./trigger.ts";
import { Waterfall } from "./waterfall.ts";

interface Props {
  readonly pipeline: string;
  readonly id: string;
}

/** One run: its steps in time, and what an operator can do. */
export function RunPage({ pipeline, id }: Props) {
  const path = `/pipelines/${encodeURIComponent(pipeline)}/runs/${encodeURIComponent(id)}`;
  const { value: run, problem, reload } = useLive<WholeRun>(id, () => path);
  const note = problem && h(ProblemNote, { problem, onRetry: reload });
  if (run === null) return html`${h(PageTitle, { title: "Run" })}${note ?? h(Loading, {})}`;
  const actions = html`${isActive(run.state) && h(StopRun, { path, onDone: reload })}
    ${isRerunnable(run.state) && h(RerunRun, { path, onDone: reload })}`;
  return html`${h(PageTitle, { title: pipeline }, actions)}
    <p class="lead">${h(Badge, { state: run.state })} <a href=${toRuns({ pipeline })}>All runs of this pipeline</a></p>
    <p>${h(Id, { id, what: "run id" })}</p>
    ${note}
    ${h(RunFacts, { run })}
    ${run.error && html`<div class="note bad"><p><strong>${run.error.step ? `Failed at “${run.error.step}”` : "Failed"}</strong></p><p>${run.error.detail}</p><p class="dim"><code>${run.error.error_code}</code></p></div>`}
    <section aria-labelledby="steps"><h2 id="steps">Steps</h2>${h(Waterfall, { run })}</section>
    <section aria-labelledby="data"><h2 id="data">Input and output</h2>
      ${h(JsonBlock, { name: "Input", value: run.input })}
      ${run.output !== undefined && h(JsonBlock, { name: "Output", value: run.output })}
    </section>`;
}

function RunFacts({ run }: { readonly run: WholeRun }) {
  const { created_at, ended_at, reruns = 0 } = run;
  const facts = [
    { name: "Started by", value: h(Trigger, { trigger: run.trigger }) },
    { name: "Started", value: h(TimeAgo, { at: created_at }) },
    ended_at === undefined
      ? null
      : { name: "Took", value: formatDuration(Date.parse(ended_at) - Date.parse(created_at)) },
    reruns > 0 ? { name: "Run again", value: `${reruns} ${reruns === 1 ? "time" : "times"}` } : null,
    { name: "Calls", value: html`<a href=${toCalls({ q: run.id, range: "30d" })}>Calls of this run</a>` },
    {
      name: "Money",
      value: html`<a href=${toMoney("charges", { pipeline: run.pipeline })}>Charges of its pipeline</a>`,
    },
  ];
  return h(Facts, { facts });
}
