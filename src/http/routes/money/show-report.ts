/** `GET /v1/usage?by=…`: what was spent, in groups: of oneself; of all, or of one, for operators. */
import * as v from "valibot";
import type { Client } from "../../../access/policy.ts";
import { cursorOf, writeCursor } from "../../../activity/cursor.ts";
import { writeCsv } from "../../../encoding/csv.ts";
import { toExact } from "../../../money/credits.ts";
import { type GroupPlace, orderOf, readReport } from "../../../money/ledger/months.ts";
import { GROUPINGS, type Group, type Grouping } from "../../../money/ledger/query.ts";
import { type Problem, refuse } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { asCursor, limitUpTo, oneOf } from "../list-query.ts";
import { DAYS, FILTERS, readAsked, toCsvResponse, wantsCsv } from "./asked.ts";

const MAX_PAGE = 1_000;
const Place = v.pipe(
  v.tuple([v.number(), v.string()]),
  v.transform(([spent, key]) => ({ spent, key })),
);
const Query = v.strictObject({
  ...DAYS,
  ...FILTERS,
  by: oneOf(GROUPINGS),
  limit: v.optional(limitUpTo(MAX_PAGE)),
  cursor: v.optional(asCursor(cursorOf(Place))),
});

export async function showReport(request: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  const asked = readAsked(ctx.url, Query, { client, now: ctx.clock.now() });
  if ("code" in asked) return asked;
  const { query, days, filters } = asked;
  const { by, cursor: after = null, limit } = query;
  const report = await readReport(ctx.objects, { by, ...days, filters });
  if (report === null) return refuse("bad_request", { reason: "report_too_large" });
  const isCsv = wantsCsv(request);
  const page = toPage(report.groups, after, { by, limit: limit ?? (isCsv ? Number.POSITIVE_INFINITY : MAX_PAGE) });
  const groups = page.groups.map(describeGroup);
  const total = describeGroup({ key: "", ...report.total });
  if (isCsv) {
    const [, ...columns] = Object.keys(total);
    const csv = writeCsv([[by, ...columns], ...groups.map((group) => Object.values(group))]);
    return toCsvResponse(csv, `usage-by-${by}-${days.from}-${days.to}`);
  }
  return Response.json({ ...days, by, total, groups, cursor: page.cursor }, { headers: { vary: "Accept" } });
}

interface Paging {
  readonly by: Grouping;
  readonly limit: number;
}

function toPage(all: readonly Group[], after: GroupPlace | null, { by, limit }: Paging) {
  const order = orderOf(by);
  const rest = after === null ? all : all.filter((group) => order(group, after) > 0);
  const groups = rest.slice(0, limit);
  const last = groups.at(-1);
  return { groups, cursor: last && rest.length > limit ? writeCursor([last.spent, last.key]) : null };
}

function describeGroup({ key, reservedCalls, spentCalls, reserved, spent, givenBack, failed, unpriced }: Group) {
  return {
    key: key === "" ? null : key,
    calls: spentCalls,
    reserved_calls: reservedCalls,
    reserved: toExact(reserved),
    spent: toExact(spent),
    given_back: toExact(givenBack),
    failed,
    unpriced,
  };
}
