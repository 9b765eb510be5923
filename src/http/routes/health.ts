import { isOperator } from "../../access/policy.ts";
import { toIso, toIsoOrNull } from "../../encoding/time.ts";
import { VERSION } from "../../env.ts";
import type { GenHealthView } from "../../health/gen-health.ts";
import { selectHealthy } from "../../health/gen-report.ts";
import { listMonths, toMonthStart } from "../../money/period.ts";
import { reachWithin, SINGLETON } from "../../objects/gate.ts";
import { authenticate } from "../authenticate.ts";
import type { Context } from "../context.ts";

/** Time limit for the Worker's own objects. Longer than the time limit for GEN. */
const WAIT_MS = 6_000;
const DAY_MS = 24 * 3_600_000;

/**
 * `GET /health`: the Worker runs, or which variables keep it from working (503; their names alone). Operators also get GEN's health, and the number of items that wait for an operator.
 * Public: a wrong key changes nothing. Without an operator's key GEN is not asked, so monitoring costs nothing.
 */
export async function health(request: Request, ctx: Context): Promise<Response> {
  if (ctx.fault !== null) return describeFault(ctx.fault);
  const base = { status: "ok", version: VERSION };
  return Response.json((await isFromOperator(request, ctx)) ? { ...base, ...(await describeHealth(ctx)) } : base);
}

function describeFault({ error, report }: NonNullable<Context["fault"]>): Response {
  report();
  const { variables } = error;
  const body = { status: "not_configured", version: VERSION, variables };
  return Response.json(body, { status: 503, headers: { "x-should-retry": "false" } });
}

async function isFromOperator(request: Request, ctx: Context): Promise<boolean> {
  const problem = await authenticate(request, ctx);
  return problem === null && ctx.client !== null && isOperator(ctx.client);
}

async function describeHealth(ctx: Context) {
  const { GEN_HEALTH, NOTIFICATIONS, INCOMING } = ctx.objects;
  const [view, waits, notifications, incoming, runs, transactions] = await Promise.all([
    askWithin(GEN_HEALTH.getByName(SINGLETON).view(), ctx),
    askWithin(ctx.activity.countWaiting(), ctx),
    askWithin(NOTIFICATIONS.getByName(SINGLETON).count(), ctx),
    askWithin(INCOMING.getByName(SINGLETON).count(), ctx),
    askWithin(countFailedRuns(ctx), ctx),
    askWithin(countUnknownTransactions(ctx), ctx),
  ]);
  return {
    gen: view && describeGen(view),
    calls_unknown: waits?.unknown ?? null,
    calls_open: waits?.open ?? null,
    notifications_waiting: notifications?.waiting ?? null,
    notifications_failed: notifications?.failed ?? null,
    deliveries_rejected: incoming?.rejected ?? null,
    deliveries_refused: incoming?.refused ?? null,
    runs_failed: runs,
    transactions_unknown: transactions,
  };
}

/** In the last day, of all pipelines. */
async function countFailedRuns({ pipelines, objects, clock }: Context): Promise<number> {
  const since = clock.now() - DAY_MS;
  const counts = await Promise.all(pipelines.map(({ name }) => objects.PIPELINES.getByName(name).countFailed(since)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** What GEN took and nobody here knows: of this month and of the one before. */
async function countUnknownTransactions({ objects, clock }: Context): Promise<number> {
  const now = clock.now();
  const months = listMonths(toMonthStart(now, -1), now);
  const counts = await Promise.all(months.map((month) => objects.LEDGER.getByName(month).countUnknown()));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Null for what can't be found out now; the rest is still reported. */
function askWithin<T>(work: Promise<T>, ctx: Context): Promise<T | null> {
  return reachWithin(Math.min(WAIT_MS, ctx.deadline.remaining(ctx.clock.now())), work, ctx);
}

function describeGen({ report, unhealthySince }: GenHealthView) {
  const { at, checks, credits } = report;
  const enough = selectHealthy(report, "credits");
  return {
    reachable: selectHealthy(report, "reachable"),
    key_accepted: selectHealthy(report, "key"),
    credits: { available: credits, low: enough === null ? null : !enough },
    problems: checks.flatMap(({ healthy, detail }) => (healthy === true ? [] : (detail ?? []))),
    unhealthy_since: toIsoOrNull(unhealthySince),
    checked_at: toIso(at),
  };
}
