/** What the query of a list may hold: pages, times, filters. */
import * as v from "valibot";
import { parseTime } from "../../encoding/time.ts";
import { refuse } from "../../problems/problem.ts";

export const QUERY_MALFORMED = refuse("bad_request", { reason: "query_malformed" });

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 50;

/** A day, or a time with its zone. Milliseconds since the epoch. */
export const Time = v.pipe(v.string(), v.transform(parseTime), v.number(), v.minValue(0));

/** A day (UTC) as `2026-11-22`. */
export const Day = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\d$/),
  v.check((day) => parseTime(day) !== null),
);

/** The number of a row, at which the previous page has ended. */
export const RowNumber = v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/), v.transform(Number));

const Text = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
export const TEXT = v.optional(Text);

/** How many rows a page has. */
export function limitOf(usual: number) {
  return v.optional(limitUpTo(MAX_LIMIT), String(usual));
}

export function limitUpTo(max: number) {
  return v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number), v.minValue(1), v.maxValue(max));
}

export const PAGE = { limit: limitOf(DEFAULT_LIMIT), cursor: TEXT };
export const SPAN = { from: v.optional(Time), to: v.optional(Time) };

/** Null when the query is malformed: a parameter twice, unknown, or of another form. */
export function parseListQuery<Schema extends v.GenericSchema>(
  { searchParams }: URL,
  schema: Schema,
): v.InferOutput<Schema> | null {
  const names = [...searchParams.keys()];
  if (new Set(names).size < names.length) return null;
  const parsed = v.safeParse(schema, Object.fromEntries(searchParams));
  return parsed.success ? parsed.output : null;
}

/**
 * The member `next`: the path of the next page, with the filters of this one. Absent when there is none (`at` is null).
 * `at`: where it begins, by the list's own parameter.
 */
export function describeNext({ pathname, searchParams }: URL, at: string | number | null, name = "cursor") {
  if (at === null) return {};
  const query = new URLSearchParams(searchParams);
  query.set(name, String(at));
  return { next: `${pathname}?${query}` };
}

/** The last row of a page that is full: the next one begins after it. Null for a page that ends the list. */
export function selectLast<Row>(rows: readonly Row[], limit: number): Row | null {
  return rows.length === limit ? (rows.at(-1) ?? null) : null;
}
