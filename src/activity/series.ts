/** Traffic as a series of equal steps, for charts. Pure. */
import { addUp, EMPTY, toQuantile } from "./latency.ts";
import type { SeriesPart, Span } from "./traffic-table.ts";

interface Step {
  /** The start of the step. Milliseconds since the epoch. */
  readonly at: number;
  readonly requests: number;
  readonly by_outcome: { readonly success: number; readonly refused: number; readonly failed: number };
  readonly errors: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly latency_ms: { readonly p50: number | null; readonly p95: number | null };
  /** By GEN's estimates, of the calls that were accepted in the step. */
  readonly credits: number;
}

interface Parts {
  readonly requests: readonly SeriesPart[];
  readonly credits: readonly { readonly at: number; readonly credits: number }[];
}

/** Every step of the span, those without a request too. */
export function toSteps({ requests, credits }: Parts, { from, to, stepMs }: Span): Step[] {
  const parts = Map.groupBy(requests, ({ at }) => at);
  const spent = Map.groupBy(credits, ({ at }) => at);
  const steps: Step[] = [];
  for (let at = from; at < to; at += stepMs) {
    const sum = (spent.get(at) ?? []).reduce((total, each) => total + each.credits, 0);
    steps.push(toStep(at, parts.get(at) ?? [], sum));
  }
  return steps;
}

function toStep(at: number, parts: readonly SeriesPart[], credits: number): Step {
  const count = (isCounted: (statusClass: number) => boolean) =>
    parts.reduce((total, { statusClass, requests }) => total + (isCounted(statusClass) ? requests : 0), 0);
  const latency = parts.reduce((total, part) => addUp(total, part.latency), EMPTY);
  const errors: Record<string, number> = {};
  for (const { code, requests } of parts) if (code !== "") errors[code] = (errors[code] ?? 0) + requests;
  return {
    at,
    requests: count(() => true),
    by_outcome: {
      success: count((statusClass) => statusClass < 4),
      refused: count((statusClass) => statusClass === 4),
      failed: count((statusClass) => statusClass > 4),
    },
    errors,
    attempts: parts.reduce((total, { attempts }) => total + attempts, 0),
    latency_ms: { p50: toQuantile(latency, 0.5), p95: toQuantile(latency, 0.95) },
    credits,
  };
}
