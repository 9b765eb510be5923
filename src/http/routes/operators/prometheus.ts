/** Prometheus' text format (exposition format 0.0.4). Pure. */
export interface Sample {
  /** Added to the metric's name: `_bucket`, `_sum`, `_count`. */
  readonly suffix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Null: not known, and left out. */
  readonly value: number | null;
}

export interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly samples: readonly Sample[];
}

export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Metrics without a sample are left out. */
export function writeMetrics(metrics: readonly Metric[]): string {
  return metrics.map(writeMetric).join("");
}

function writeMetric({ name, type, help, samples }: Metric): string {
  const lines = samples.flatMap(({ suffix = "", labels = {}, value }) =>
    value === null ? [] : [`${name}${suffix}${writeLabels(labels)} ${value}\n`],
  );
  if (lines.length === 0) return "";
  return `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
