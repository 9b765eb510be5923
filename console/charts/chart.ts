import { useEffect, useRef, useState } from "preact/hooks";
import { h, html } from "../parts/html.ts";
import { formatDay, formatMinute } from "../parts/time.ts";
import { ChartTable } from "./chart-table.ts";
import { drawChart, type Plot } from "./draw-chart.ts";
import { Legend } from "./legend.ts";
import type { Series } from "./series.ts";

interface ChartProps {
  readonly title: string;
  /** Seconds since the epoch; of the beginnings of days (UTC) with `isByDay`. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly isStacked: boolean;
  readonly isByDay?: boolean;
  readonly format: (value: number) => string;
  readonly onZoom: (from: number, to: number) => void;
  /** What to say when all is zero. */
  readonly empty?: string;
}

export function Chart(props: ChartProps) {
  const { title, times, series, isStacked, isByDay = false, format, empty = "No requests in this time." } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const [index, setIndex] = useState<number | null>(null);
  const isEmpty = series.every(({ values }) => values.every((value) => !value));
  const latest = useRef(props);
  latest.current = props;
  const names = series.map(({ name }) => name).join(" ");
  // Other series need another drawing; other values don't.
  useEffect(() => {
    if (!place.current || isEmpty) return;
    plot.current = drawChart(place.current, {
      ...latest.current,
      isByDay,
      onIndex: setIndex,
      onZoom: (from, to) => latest.current.onZoom(from, to),
    });
    return () => {
      plot.current?.destroy();
      plot.current = null;
    };
  }, [isEmpty, names]);
  // The plot is drawn anew by the effect above.
  useEffect(() => plot.current?.update(times, series), [times.join(), series]);
  const formatAt = isByDay ? formatDay : formatMinute;
  const at = index === null ? undefined : times[index];
  return html`<figure>
    <figcaption><h3>${title}</h3> <span class="dim">${at === undefined ? "" : formatAt(at * 1_000)}</span></figcaption>
    ${isEmpty ? html`<p class="empty">${empty}</p>` : html`<div class="plot" ref=${place} aria-hidden="true"></div>`}
    ${
      !isEmpty &&
      html`${h(Legend, { series, index, isStacked, format })}
      ${h(ChartTable, { title, times, series, format, formatAt })}`
    }
  </figure>`;
}
