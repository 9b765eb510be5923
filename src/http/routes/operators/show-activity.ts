/** `GET /activity`: requests, errors, attempts and latencies by minute, hour or day, for operators. Approximate. */
import * as v from "valibot";
import { DAY_MS, KEPT_DAYS, MINUTE_MS, toDayStart } from "../../../activity/activity-day.ts";
import { toSteps } from "../../../activity/series.ts";
import type { Span } from "../../../activity/traffic-table.ts";
import { toIso } from "../../../encoding/time.ts";
import { reach } from "../../../objects/gate.ts";
import type { Problem } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { oneOf, parseListQuery, refuseQuery, SPAN } from "../list-query.ts";

const HOUR_MS = 60 * MINUTE_MS;
/** The length of a step, and how much is shown when no time is asked for. */
const STEPS = {
  minute: { ms: MINUTE_MS, shownMs: HOUR_MS },
  hour: { ms: HOUR_MS, shownMs: DAY_MS },
  day: { ms: DAY_MS, shownMs: 30 * DAY_MS },
} as const;
/** A day of minutes, 30 days of hours. */
const MAX_STEPS = 1_500;

const Query = v.strictObject({
  ...SPAN,
  step: v.optional(oneOf(["minute", "hour", "day"]), "minute"),
});

export async function showActivity(_: Request, ctx: Context): Promise<Response | Problem> {
  const query = parseListQuery(ctx.url, Query);
  if (!query.ok) return query.problem;
  const span = toSpan(query.value, ctx.clock.now());
  if (span === null)
    return refuseQuery(`from and to must be 1 to ${MAX_STEPS} steps apart; step sets how long one is.`);
  // What this isolate has counted so far.
  await reach(ctx.traffic.handOver(), ctx);
  const steps = toSteps(await ctx.activity.series(span), span);
  return Response.json({
    from: toIso(span.from),
    to: toIso(span.to),
    step_seconds: span.stepMs / 1_000,
    series: steps.map((step) => ({ ...step, at: toIso(step.at) })),
  });
}

/** Whole steps. Null when there would be none, or too many. */
function toSpan({ from, to, step }: v.InferOutput<typeof Query>, now: number): Span | null {
  const { ms: stepMs, shownMs } = STEPS[step];
  const end = Math.ceil((to ?? now + 1) / stepMs) * stepMs;
  const start = Math.floor((from ?? end - shownMs) / stepMs) * stepMs;
  const oldest = toDayStart(now) - KEPT_DAYS * DAY_MS;
  const span = { from: Math.max(start, oldest), to: end, stepMs };
  const steps = (span.to - span.from) / stepMs;
  return steps < 1 || steps > MAX_STEPS ? null : span;
}
