import type { DayTotals } from "../../../activity/activity.ts";
import type { Waits } from "../../../activity/activity-days.ts";
import { addUp, BUCKETS_MS, EMPTY } from "../../../activity/latency.ts";
import type { Total } from "../../../activity/traffic-table.ts";
import type { GenHealthView } from "../../../health/gen-health.ts";
import { selectHealthy } from "../../../health/gen-report.ts";
import { reach, reachWithin, SINGLETON } from "../../../objects/gate.ts";
import type { Problem } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { type Metric, PROMETHEUS_TYPE, type Sample, writeMetrics } from "./prometheus.ts";

const WAIT_MS = 6_000;

export async function showMetrics(_: Request, ctx: Context): Promise<Response | Problem> {
  // What this isolate has counted so far.
  await reach(ctx.traffic.handOver(), ctx);
  const { GEN_HEALTH, NOTIFICATIONS } = ctx.objects;
  const [days, waits, health, notifications] = await Promise.all([
    ctx.activity.totals(),
    ctx.activity.countWaiting(),
    reachWithin(WAIT_MS, GEN_HEALTH.getByName(SINGLETON).view(), ctx),
    reachWithin(WAIT_MS, NOTIFICATIONS.getByName(SINGLETON).count(), ctx),
  ]);
  const [totals = []] = days;
  const running = days.flat().reduce((sum, day) => sum + day.running, 0);
  const metrics = [
    ...toTrafficMetrics(totals.flatMap(({ requests }) => requests)),
    ...toCallMetrics(totals, waits, ctx.clock.now()),
    ...toHealthMetrics(health, ctx),
    gauge("genedge_generations_running", "Generations, user jobs and runs that are tracked.", Math.max(0, running)),
    gauge(
      "genedge_notifications_waiting",
      "Notifications that wait for their next attempt.",
      notifications?.waiting ?? null,
    ),
    gauge("genedge_notifications_failed", "Notifications that could not be delivered.", notifications?.failed ?? null),
  ];
  return new Response(writeMetrics(metrics), { headers: { "content-type": PROMETHEUS_TYPE } });
}

function toTrafficMetrics(totals: readonly Total[]): Metric[] {
  const requests = totals.map(({ name, statusClass, code, requests: value }) => {
    return { labels: { operation: name, class: `${statusClass}xx`, code }, value };
  });
  const byName = [...Map.groupBy(totals, ({ name }) => name)];
  const attempts = byName.map(([operation, of]) => {
    return { labels: { operation }, value: of.reduce((sum, each) => sum + each.attempts, 0) };
  });
  return [
    {
      name: "genedge_requests_total",
      type: "counter",
      help: "Requests since 00:00 UTC, by operation or route, class of the status and error code.",
      samples: mergeSamples(requests),
    },
    {
      name: "genedge_attempts_total",
      type: "counter",
      help: "Requests to GEN that were made while a caller waited, since 00:00 UTC.",
      samples: attempts,
    },
    {
      name: "genedge_request_duration_seconds",
      type: "histogram",
      help: "Time until the headers of the answer, since 00:00 UTC.",
      samples: byName.flatMap(([operation, of]) => toHistogram(operation, of)),
    },
  ];
}

/** Those of several shards as one. */
function mergeSamples(samples: readonly Required<Pick<Sample, "labels">>[] & readonly Sample[]): Sample[] {
  const alike = Map.groupBy(samples, ({ labels }) => JSON.stringify(labels));
  return [...alike.values()].map((some) => {
    return { labels: some[0]?.labels ?? {}, value: some.reduce((sum, { value }) => sum + (value ?? 0), 0) };
  });
}

function toHistogram(operation: string, totals: readonly Total[]): Sample[] {
  const counts = totals.reduce((sum, { latency }) => addUp(sum, latency), EMPTY);
  const limits = [...BUCKETS_MS.map((ms) => String(ms / 1_000)), "+Inf"];
  let soFar = 0;
  const buckets = counts.map((count, index) => {
    soFar += count;
    return { suffix: "_bucket", labels: { operation, le: limits[index] ?? "" }, value: soFar };
  });
  const ms = totals.reduce((sum, each) => sum + each.ms, 0);
  return [
    ...buckets,
    { suffix: "_sum", labels: { operation }, value: ms / 1_000 },
    { suffix: "_count", labels: { operation }, value: soFar },
  ];
}

function toCallMetrics(totals: readonly DayTotals[], { open, unknown, oldestOpenAt }: Waits, now: number): Metric[] {
  const states = totals.flatMap((day) =>
    Object.entries(day.states).map(([state, value]) => ({ labels: { state }, value })),
  );
  return [
    {
      name: "genedge_calls",
      type: "gauge",
      help: "Durable calls that were accepted since 00:00 UTC, by state. An open one is counted after half a minute.",
      samples: mergeSamples(states),
    },
    gauge("genedge_calls_open", "Durable calls that are open for half a minute or more.", open),
    gauge("genedge_calls_unknown", "Durable calls that an operator must look at.", unknown),
    gauge(
      "genedge_oldest_open_call_age_seconds",
      "Age of the oldest open call; 0 when there is none.",
      oldestOpenAt === null ? 0 : Math.round((now - oldestOpenAt) / 1_000),
    ),
    {
      name: "genedge_estimated_credits_total",
      type: "counter",
      help: "Credits of charged calls since 00:00 UTC, by GEN's estimates, where GEN was asked for one.",
      samples: [{ value: totals.reduce((sum, { credits }) => sum + credits, 0) }],
    },
  ];
}

/** Circuits are those of the isolate that answers. */
function toHealthMetrics(health: GenHealthView | null, { gen, clock }: Context): Metric[] {
  const report = health?.report ?? null;
  const reachable = selectHealthy(report, "reachable");
  return [
    {
      name: "genedge_circuit_open",
      type: "gauge",
      help: "Whether the circuit to GEN's host is open, in the isolate that answers.",
      samples: Object.entries(gen.health).map(([host, state]) => {
        return { labels: { host }, value: state.openForMs(clock.now(), "") > 0 ? 1 : 0 };
      }),
    },
    gauge(
      "genedge_gen_reachable",
      "Whether GEN answered the last check.",
      reachable === null ? null : Number(reachable),
    ),
    gauge("genedge_credits_available", "Credits that are left at GEN, by the last check.", report?.credits ?? null),
  ];
}

function gauge(name: string, help: string, value: number | null): Metric {
  return { name, type: "gauge", help, samples: [{ value }] };
}
