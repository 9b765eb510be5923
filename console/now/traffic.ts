import type { Activity } from "../api/answers.ts";
import { withQuery } from "../api/api.ts";
import { readTime } from "../api/clock.ts";
import { Chart } from "../charts/chart.ts";
import { sum } from "../charts/series.ts";
import { useLive } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { showLive } from "../parts/show-live.ts";
import { formatDuration, formatNumber } from "../parts/time.ts";
import { go } from "../routes/go.ts";
import { toProblemPage } from "../routes/links.ts";
import { change, type Place } from "../routes/place.ts";
import { RANGES, type Span, toIso, toStep } from "../routes/span.ts";
import { toCreditsAnHour, toErrors, toLatencies, toOutcomes, toTimes } from "./series.ts";

interface Props {
  readonly place: Place;
  readonly span: Span;
}

const EVERY_MS = 10_000;

/** Four charts of one time. A part of it that is marked with the pointer becomes the time that is shown. */
export function Traffic({ place, span }: Props) {
  const key = `${span.range ?? `${span.from} ${span.to}`}`;
  const live = useLive<Activity>(key, () => toPath(span), EVERY_MS);
  const onZoom = (from: number, to: number) => go(change(place, { range: null, from: toIso(from), to: toIso(to) }));
  return showLive(live, (value) => {
    const shared = { times: toTimes(value), onZoom };
    const requests = value.series.reduce((total, each) => total + each.requests, 0);
    const attempts = value.series.reduce((total, each) => total + each.attempts, 0);
    const credits = sum(value.series.map((each) => each.credits));
    const errors = toErrors(value).map((each) => ({ ...each, href: toProblemPage(each.name) }));
    return html`<p class="dim sums">${formatNumber(requests)} requests, ${formatNumber(attempts)} attempts at GEN, ${formatNumber(credits)} credits. Counts are approximate; money is not counted here.</p>
    <div class="charts">
      ${h(Chart, { ...shared, title: "Requests by outcome", isStacked: true, series: toOutcomes(value), format: formatNumber })}
      ${h(Chart, { ...shared, title: "Errors by code", isStacked: true, series: errors, format: formatNumber, empty: "No errors in this time." })}
      ${h(Chart, { ...shared, title: "Latency", isStacked: false, series: toLatencies(value), format: formatDuration })}
      ${h(Chart, { ...shared, title: "Credits an hour", isStacked: true, series: toCreditsAnHour(value), format: formatNumber, empty: "No credits were spent in this time." })}
    </div>`;
  });
}

function toPath({ range, from, to }: Span): string {
  const now = readTime();
  const start = range === null ? from : now - RANGES[range].ms;
  const until = to ?? now;
  const step = toStep({ range, from: start, to: until }, now);
  return withQuery("/activity", { from: toIso(start), to: toIso(until), step });
}
