import type { Pipelines } from "../api/answers.ts";
import { useNow } from "../live/now.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { Loading } from "../parts/loading.ts";
import { PageTitle } from "../parts/page-title.ts";
import { ProblemNote } from "../parts/problem-note.ts";
import { RangePicker } from "../parts/range-picker.ts";
import { FilterTabs } from "../parts/tabs.ts";
import type { Place } from "../routes/place.ts";
import { readSpan } from "../routes/span.ts";
import { PipelineList, RUNS_RANGE } from "./pipeline-list.ts";

const STATES = [
  { name: "All", value: null },
  { name: "Failed", value: "failed" },
  { name: "Running", value: "running" },
  { name: "Paused", value: "paused" },
  { name: "Stopped", value: "stopped" },
  { name: "Finished", value: "finished" },
] as const;

const EVERY_MS = 60_000;

/** The runs of every pipeline, or of one. */
export function RunsPage({ place }: { readonly place: Place }) {
  const { value, problem, reload } = useLive<Pipelines>("pipelines", () => "/pipelines", EVERY_MS);
  const span = readSpan(place, RUNS_RANGE, useNow());
  const state = place.query.get("state");
  const chosen = place.query.get("pipeline");
  const names = value?.pipelines.map(({ name }) => name) ?? [];
  const shown = chosen === null ? names : names.filter((name) => name === chosen);
  return html`${h(PageTitle, { title: "Runs" }, h(RangePicker, { place, span, hasEnd: false }))}
    ${problem && h(ProblemNote, { problem, onRetry: reload })}
    ${value === null && !problem && h(Loading, {})}
    ${value !== null && h(FilterTabs, { label: "State", place, filter: "state", choices: STATES, chosen: state })}
    ${value !== null && shown.length === 0 && html`<div class="empty">There ${chosen === null ? "are no pipelines" : "is no such pipeline"}.</div>`}
    ${shown.map((name) => h(PipelineList, { key: name, name, place, isOnly: chosen !== null }))}`;
}
