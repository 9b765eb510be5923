/** `GET /v1/usage/budgets`: how much of each budget is used, for operators. */
import * as v from "valibot";
import { toIso } from "../../../encoding/time.ts";
import { HOLDERS } from "../../../money/budget.ts";
import { type Reached, toLeft } from "../../../money/ledger/budget-table.ts";
import { toDay, toMonth, toMonthOf, toPer, toPeriodEnd } from "../../../money/period.ts";
import type { Problem } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { must, oneOf, PAGE, parseListQuery, refuseQuery, TEXT } from "../list-query.ts";

/** A day, or a month. */
const Period = must(
  "a day like 2026-11-22, or a month like 2026-11",
  v.pipe(v.string(), v.regex(/^20\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?$/)),
);
const Query = v.strictObject({
  period: v.optional(Period),
  of: v.optional(oneOf(HOLDERS)),
  name: TEXT,
  limit: PAGE.limit,
});

/** Nearest to its end first. By default those of today and of this month. */
export async function listBudgets(_: Request, ctx: Context): Promise<Response | Problem> {
  const query = parseListQuery(ctx.url, Query);
  if (!query.ok) return query.problem;
  const { period = null, of = null, name = null, limit } = query.value;
  if (name !== null && of === null) return refuseQuery("name needs of.");
  const now = ctx.clock.now();
  const periods = period === null ? [toDay(now), toMonth(now)] : [period];
  const month = toMonthOf(period ?? toMonth(now));
  const budgets = await ctx.objects.LEDGER.getByName(month).budgets({ periods, of, name, limit });
  return Response.json({ budgets: budgets.map(describeBudget) });
}

function describeBudget({ of, name, unit, period, limit, used, percent }: Reached) {
  return {
    of,
    name: name === "" ? null : name,
    unit,
    per: toPer(period),
    period,
    limit,
    used,
    left: toLeft(limit, used),
    reached: percent,
    renews_at: toIso(toPeriodEnd(period)),
  };
}
