import type { Run, RunPage } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { readTime } from "../api/clock.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { LiveList } from "../parts/live-list.ts";
import { MassAction } from "../parts/mass-action.ts";
import { change, type Place } from "../routes/place.ts";
import { readSpan, toIso } from "../routes/span.ts";
import { RUN_COLUMNS } from "./run-columns.ts";

interface Props {
  readonly name: string;
  readonly place: Place;
  /** Of one pipeline all pages can be seen; of several, the newest runs of each. */
  readonly isOnly: boolean;
}

/** What is shown where the address says no time. */
export const RUNS_RANGE = "30d";
const OF_SEVERAL = 10;
const OF_ONE = 50;

export function PipelineList({ name, place, isOnly }: Props) {
  const { query } = place;
  const state = query.get("state");
  const cursor = isOnly ? query.get("cursor") : null;
  const path = `/pipelines/${encodeURIComponent(name)}/runs`;
  const toPath = () => {
    const since = toIso(readSpan(place, RUNS_RANGE, readTime()).from);
    return withQuery(path, { state, since, before: cursor, limit: isOnly ? OF_ONE : OF_SEVERAL });
  };
  const live = useLive<RunPage>(`${name} ${isOnly} ${query}`, toPath);
  const of = `pipeline-${name}`;
  const rerunState = state === "stopped" ? "stopped" : "failed";
  return html`<section aria-labelledby=${of}>
    <div class="section-title">
      <h2 id=${of}><a href=${change(place, { pipeline: isOnly ? null : name })}>${name}</a></h2>
      ${h(MassAction, {
        name: `Run all ${rerunState} again …`,
        verb: "Run again",
        things: `${rerunState} runs of ${name}`,
        path: `/pipelines/${encodeURIComponent(name)}/rerun`,
        filter: { state: rerunState },
        toCount: ({ started }) => Number(started ?? 0),
        onDone: live.reload,
      })}
    </div>
    ${h(LiveList<Run, RunPage>, {
      live: isOnly ? live : withoutPages(live),
      place,
      caption: `Runs of ${name}`,
      columns: RUN_COLUMNS,
      toRows: ({ runs }) => runs,
      toKey: ({ id }) => id,
      empty: state === null ? "It has not run in this time." : `No ${state} runs in this time.`,
    })}
    ${!isOnly && live.value?.next && html`<p><a href=${change(place, { pipeline: name })}>All runs of ${name}</a></p>`}
  </section>`;
}

function withoutPages(live: ReturnType<typeof useLive<RunPage>>): typeof live {
  return live.value === null ? live : { ...live, value: { runs: live.value.runs } };
}
