import { useContext } from "preact/hooks";
import type { Group, Report } from "../api/answers.ts";
import { type Answer, ask, withQuery } from "../api/api.ts";
import { Chart } from "../charts/chart.ts";
import { ClientNames } from "../clients/client-names.ts";
import { useLiveAnswer } from "../live/use-live.ts";
import { h, html } from "../parts/html.ts";
import { showLive } from "../parts/show-live.ts";
import { Table } from "../parts/table.ts";
import { formatNumber } from "../parts/time.ts";
import { go } from "../routes/go.ts";
import { change, type Place } from "../routes/place.ts";
import { listDays } from "./days.ts";
import type { readFilter } from "./filter.ts";
import { toColumns } from "./group-columns.ts";
import { type Grouping, type Spent, selectLargest, toSeries } from "./groups.ts";

type Filter = ReturnType<typeof readFilter>;

interface Props {
  readonly by: Grouping;
  readonly place: Place;
  readonly toFilter: () => Filter;
}

const EVERY_MS = 20_000;
const SHOWN = 50;

/** The groups of some days, as a chart of the largest and as a table. */
export function SpentBy({ by, place, toFilter }: Props) {
  const names = useContext(ClientNames);
  const filter = toFilter();
  const key = `${by} ${Object.values(filter).join(" ")}`;
  const live = useLiveAnswer(key, (signal) => load(by, toFilter(), signal), EVERY_MS);
  const isStale = live.isLoading || live.problem !== null;
  return showLive(live, (value) => {
    const { total, groups, cursor } = value.report;
    if (groups.length === 0 && !isStale) return html`<div class="empty">No charges in this time match.</div>`;
    const shown = listDays(value.report);
    const toName = (group: string) => (value.by === "client" ? (names.get(group) ?? group) : group);
    const onZoom = (from: number, to: number) => {
      const marked = shown.filter((day) => isIn(Date.parse(day), from, to));
      const [first, last] = [marked[0], marked.at(-1)];
      if (first !== undefined && last !== undefined) go(change(place, { range: null, from: first, to: last }));
    };
    return html`<p class="dim sums">${describeTotal(total)}</p>
    ${h(Chart, {
      title: `Credits a day, by ${value.by}`,
      times: shown.map((day) => Date.parse(day) / 1_000),
      series: toSeries(value, shown, toName),
      isStacked: true,
      isByDay: true,
      format: formatNumber,
      onZoom,
      empty: "No credits were spent in this time.",
    })}
    ${h(Table<Group>, {
      caption: `Spent by ${value.by}`,
      columns: toColumns(value.by, place, toName),
      rows: groups,
      toKey: ({ key: group }) => group ?? "",
      isStale,
    })}
    ${cursor !== null && html`<p class="dim">Only the first ${SHOWN} are shown. The file has all of them.</p>`}`;
  });
}

/** The table's groups, then the days of the largest. */
async function load(by: Grouping, filter: Filter, signal: AbortSignal): Promise<Answer<Spent>> {
  const read = (query: Parameters<typeof withQuery>[1]) => ask<Report>(withQuery("/v1/usage", query), { signal });
  const report = await read({ ...filter, by, limit: by === "day" ? null : SHOWN });
  if (!report.ok) return report;
  const largest = selectLargest(by, report.value);
  const answers = await Promise.all([
    by === "day" ? report : read({ ...filter, by: "day" }),
    ...largest.map((key) => read({ ...filter, by: "day", [by]: key })),
  ]);
  const reports: Report[] = [];
  for (const answer of answers) {
    if (!answer.ok) return answer;
    reports.push(answer.value);
  }
  const [byDay = report.value, ...own] = reports;
  const parts = largest.map((key, index) => ({ key, byDay: own[index] ?? byDay }));
  return { ok: true, value: { by, report: report.value, byDay, largest: parts } };
}

const HALF_A_DAY_MS = 43_200_000;

/** A day's bar stands around its beginning. */
function isIn(day: number, from: number, to: number): boolean {
  return day + HALF_A_DAY_MS > from && day - HALF_A_DAY_MS < to;
}

function describeTotal({ spent, calls, reserved, reserved_calls, given_back }: Group): string {
  const parts = [
    `${formatNumber(spent)} credits in ${formatNumber(calls)} charged calls`,
    reserved_calls > 0 && `${formatNumber(reserved)} reserved for ${formatNumber(reserved_calls)} that are under way`,
    given_back > 0 && `${formatNumber(given_back)} given back`,
  ];
  return `${parts.filter(Boolean).join("; ")}.`;
}
