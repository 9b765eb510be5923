/** Draws with uPlot. Colours come from the style sheet, and are read again when light turns to dark. */
import uPlot from "uplot";
import { formatDay, formatMinute } from "../parts/time.ts";
import type { Series } from "./series.ts";

const HEIGHT = 160;
const DARK = matchMedia("(prefers-color-scheme: dark)");

interface Drawing {
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly isStacked: boolean;
  readonly isByDay: boolean;
  readonly format: (value: number) => string;
  readonly onIndex: (index: number | null) => void;
  readonly onZoom: (from: number, to: number) => void;
}

export interface Plot {
  update(times: readonly number[], series: readonly Series[]): void;
  destroy(): void;
}

export function drawChart(place: HTMLElement, drawing: Drawing): Plot {
  let { times, series } = drawing;
  const toData = () => [[...times], ...toLayers(series, drawing.isStacked)] as uPlot.AlignedData;
  const make = () => new uPlot(toOptions(place, drawing), toData(), place);
  let plot = make();
  const redraw = () => {
    plot.destroy();
    plot = make();
  };
  const observer = new ResizeObserver(() => {
    if (place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height: HEIGHT });
  });
  observer.observe(place);
  DARK.addEventListener("change", redraw);
  return {
    update(nextTimes, nextSeries) {
      times = nextTimes;
      series = nextSeries;
      plot.setData(toData());
    },
    destroy() {
      observer.disconnect();
      DARK.removeEventListener("change", redraw);
      plot.destroy();
    },
  };
}

/** Stacked: each layer with those under it, the highest first, so that the lower ones are drawn over it. */
function toLayers(series: readonly Series[], isStacked: boolean): (number | null)[][] {
  if (!isStacked) return series.map(({ values }) => [...values]);
  const sums: number[] = [];
  const layers = series.map(({ values }) =>
    values.map((value, index) => {
      const total = (sums[index] ?? 0) + (value ?? 0);
      sums[index] = total;
      return total;
    }),
  );
  return layers.reverse();
}

function toOptions(
  place: HTMLElement,
  { series, isStacked, isByDay, format, onIndex, onZoom }: Drawing,
): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const axis: uPlot.Axis = {
    stroke: colour("--dim"),
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  const bars = uPlot.paths.bars?.({ size: [0.7, 40] });
  const layers = (isStacked ? [...series].reverse() : series).map(
    ({ name, colour: variable }): uPlot.Series => ({
      label: name,
      stroke: colour(variable),
      width: isStacked ? 0 : 1.5,
      points: { show: !isStacked, size: 3 },
      ...(isStacked ? { fill: colour(variable), ...(bars ? { paths: bars } : {}) } : {}),
    }),
  );
  return {
    width: Math.max(1, place.clientWidth),
    height: HEIGHT,
    legend: { show: false },
    ...(isByDay ? { tzDate: (at: number) => uPlot.tzDate(new Date(at * 1_000), "UTC") } : {}),
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    scales: {
      x: { range: (plot, from, to) => widen(plot.data[0], from, to, isByDay ? DAY_SECONDS : MINUTE_SECONDS) },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.05 : 1] },
    },
    axes: [
      {
        ...axis,
        size: 30,
        values: (_, splits, __, ___, stepSeconds) =>
          splits.map((at) => (isByDay ? formatDay(at * 1_000).slice(5) : formatTick(at, stepSeconds))),
        ...(isByDay ? { incrs: DAY_STEPS } : {}),
      },
      { ...axis, size: 56, values: (_, splits) => splits.map((value) => format(value)) },
    ],
    series: [{}, ...layers],
    hooks: {
      setCursor: [({ cursor }) => onIndex(cursor.idx ?? null)],
      setSelect: [(plot) => zoom(plot, onZoom)],
    },
  };
}

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;
/** Between two lines of an axis of days. */
const DAY_STEPS = [1, 2, 5, 10, 30].map((days) => days * DAY_SECONDS);

/** By half a step at each end, where half of the first and of the last bar are. */
function widen(times: uPlot.AlignedData[0], from: number, to: number, usualStep: number): uPlot.Range.MinMax {
  const [first = from, second = first + usualStep] = times;
  const half = (second - first) / 2;
  return [from - half, to + half];
}

/** By the clock of the reader: "23:10", or the day where it begins. */
function formatTick(at: number, stepSeconds: number): string {
  const time = formatMinute(at * 1_000);
  return stepSeconds >= DAY_SECONDS || time.endsWith("00:00") ? time.slice(5, 10) : time.slice(11);
}

const MIN_SELECTED_PX = 8;

function zoom(plot: uPlot, onZoom: (from: number, to: number) => void): void {
  const { left, width } = plot.select;
  if (width < MIN_SELECTED_PX) return;
  const [from, to] = [left, left + width].map((px) => plot.posToVal(px, "x") * 1_000);
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  if (from !== undefined && to !== undefined) onZoom(from, to);
}
