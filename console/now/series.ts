/** From minutes of traffic to what the charts draw. Pure. */
import type { Activity } from "../api/answers.ts";
import { COLOURS, type Series, sum } from "../charts/series.ts";

export function toTimes({ series }: Activity): number[] {
  return series.map(({ at }) => Date.parse(at) / 1_000);
}

export function toOutcomes({ series }: Activity): Series[] {
  return [
    { name: "success", colour: "--good", values: series.map(({ by_outcome }) => by_outcome.success) },
    { name: "refused", colour: "--warn", values: series.map(({ by_outcome }) => by_outcome.refused) },
    { name: "failed", colour: "--bad", values: series.map(({ by_outcome }) => by_outcome.failed) },
  ];
}

/** The most frequent codes, and all others as one. */
export function toErrors({ series }: Activity): Series[] {
  const sums = new Map<string, number>();
  for (const { errors } of series) {
    for (const [code, count] of Object.entries(errors)) sums.set(code, (sums.get(code) ?? 0) + count);
  }
  const codes = [...sums].sort(([, a], [, b]) => b - a).map(([code]) => code);
  const shown = codes.slice(0, COLOURS.length);
  const others = codes.slice(COLOURS.length);
  const named = shown.map((code, index) => ({
    name: code,
    colour: COLOURS[index] ?? "--dim",
    values: series.map(({ errors }) => errors[code] ?? 0),
  }));
  if (others.length === 0) return named;
  const rest = series.map(({ errors }) => others.reduce((sum, code) => sum + (errors[code] ?? 0), 0));
  return [
    ...named,
    { name: others.length === 1 ? "1 other" : `${others.length} others`, colour: "--dim", values: rest },
  ];
}

export function toLatencies({ series }: Activity): Series[] {
  return [
    { name: "p50", colour: "--c1", values: series.map(({ latency_ms }) => latency_ms.p50) },
    { name: "p95", colour: "--c3", values: series.map(({ latency_ms }) => latency_ms.p95) },
  ];
}

/** As a rate, so that it can be read whatever the step is. */
export function toCreditsAnHour({ series, step_seconds }: Activity): Series[] {
  const perHour = 3_600 / step_seconds;
  const values = series.map(({ credits }) => credits * perHour);
  return [{ name: "credits in all", colour: "--c1", values, total: sum(series.map(({ credits }) => credits)) }];
}
