/** What reports of the ledger have in common: which days they are of, whose charges, and in which form. */
import * as v from "valibot";
import { type Client, isOperator } from "../../../access/policy.ts";
import { MAX_MONTHS } from "../../../money/ledger/months.ts";
import type { DIMENSIONS, Filters } from "../../../money/ledger/query.ts";
import { toDay, toMonth, toMonthOf, toMonthStart, toPeriodEnd } from "../../../money/period.ts";
import { prefersToJson } from "../../../problems/negotiate.ts";
import { type Problem, refuseForScope } from "../../../problems/problem.ts";
import { Day, parseListQuery, type QuerySchema, refuseQuery, TEXT } from "../list-query.ts";

export const DAYS = { from: v.optional(Day), to: v.optional(Day) };
export const FILTERS = {
  client: TEXT,
  tag: TEXT,
  agent: TEXT,
  pipeline: TEXT,
  operation: TEXT,
  type: TEXT,
  account: TEXT,
} satisfies Readonly<Record<(typeof DIMENSIONS)[number], typeof TEXT>>;

/** What is asked of reports alone. `GET /v1/usage` has `client` without one, too. */
const OF_REPORTS = ["by", ...Object.keys(DAYS), ...Object.keys(FILTERS)].filter((name) => name !== "client");

/** Whether `GET /v1/usage` is asked for a report, though `by` may be missing. */
export function asksForReport({ searchParams }: URL): boolean {
  return OF_REPORTS.some((name) => searchParams.has(name));
}

interface AskedDays {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Days as `2026-11-22`, both included. */
interface Days {
  readonly from: string;
  readonly to: string;
}

/** The query, of which a client that is no operator sees its own charges alone. */
export function readAsked<Schema extends QuerySchema & v.GenericSchema<unknown, AskedDays & Filters>>(
  url: URL,
  schema: Schema,
  { client, now }: { readonly client: Client; readonly now: number },
): { readonly query: v.InferOutput<Schema>; readonly days: Days; readonly filters: Filters } | Problem {
  const parsed = parseListQuery(url, schema);
  if (!parsed.ok) return parsed.problem;
  const query = parsed.value;
  const days = toDays(query, now);
  if (days === null) return refuseQuery(`from must not be after to, nor before ${toOldestDay(now)}.`);
  const { client: of, tag, agent, pipeline, operation, type, account } = query;
  const isOwn = !isOperator(client);
  if (isOwn && of !== undefined && of !== client.id) return refuseForScope("operator");
  const filters = { client: isOwn ? client.id : of, tag, agent, pipeline, operation, type, account };
  return { query, days, filters };
}

/**
 * Without days: this month so far. Days after this month are left out, as nothing is booked there. Null when they are in
 * the wrong order, or further back than is kept for certain.
 */
function toDays({ from, to }: AskedDays, now: number): Days | null {
  const monthEnd = toDay(toPeriodEnd(toMonth(now)) - 1);
  const last = to === undefined ? toDay(now) : to < monthEnd ? to : monthEnd;
  const first = from ?? `${toMonthOf(last)}-01`;
  return first > last || first < toOldestDay(now) ? null : { from: first, to: last };
}

function toOldestDay(now: number): string {
  return toDay(toMonthStart(now, 1 - MAX_MONTHS));
}

const CSV_TYPE = "text/csv; charset=utf-8; header=present";

export function wantsCsv({ headers }: Request): boolean {
  return prefersToJson(CSV_TYPE, headers.get("accept"));
}

/** A file to download. */
export function toCsvResponse(body: BodyInit, name: string): Response {
  return new Response(body, {
    headers: {
      "content-type": CSV_TYPE,
      "content-disposition": `attachment; filename="${name}.csv"`,
      vary: "Accept",
    },
  });
}
