import type { Health } from "../api/answers.ts";
import { useNow } from "../live/now.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { Loading } from "../parts/loading.ts";
import { PageTitle } from "../parts/page-title.ts";
import { ProblemNote } from "../parts/problem-note.ts";
import { RangePicker } from "../parts/range-picker.ts";
import type { Place } from "../routes/place.ts";
import { readSpan } from "../routes/span.ts";
import { GenState } from "./gen-state.ts";
import { Traffic } from "./traffic.ts";
import { UnknownCalls } from "./unknown-calls.ts";
import { WaitingList } from "./waiting-list.ts";

const HEALTH_EVERY_MS = 10_000;

/** What waits for a person, how GEN is doing, and what the traffic was. */
export function NowPage({ place }: { readonly place: Place }) {
  const span = readSpan(place, "1h", useNow());
  const { value, problem, reload } = useLive<Health>("health", () => "/health", HEALTH_EVERY_MS);
  return html`${h(PageTitle, { title: "Now" })}
    ${problem && h(ProblemNote, { problem, onRetry: reload })}
    <div class="columns">
      <section aria-labelledby="waits"><h2 id="waits">Waits for a person</h2>
        ${value ? h(WaitingList, { health: value }) : !problem && h(Loading, {})}
      </section>
      <section aria-labelledby="gen"><h2 id="gen">GEN</h2>
        ${value ? h(GenState, { health: value }) : !problem && h(Loading, {})}
      </section>
    </div>
    ${(value?.calls_unknown ?? 0) > 0 && h(UnknownCalls, {})}
    <section aria-labelledby="traffic">
      <div class="section-title"><h2 id="traffic">Traffic</h2>${h(RangePicker, { place, span })}</div>
      ${h(Traffic, { place, span })}
    </section>`;
}
