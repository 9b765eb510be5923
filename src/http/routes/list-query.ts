/** What the query of a list may hold: pages, times, filters. */
import * as v from "valibot";
import { parseTime } from "../../encoding/time.ts";
import { failed, ok, type Problem, type Result, refuse } from "../../problems/problem.ts";

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 50;
const FROM_PREVIOUS = "the one from the previous page";

/** `what`: what a wrong value is told that it must be. */
export function must<Schema extends v.GenericSchema>(what: string, schema: Schema): Schema {
  return v.config(schema, { message: what });
}

export function oneOf<const Words extends readonly string[]>(words: Words) {
  return must(`one of ${words.join(", ")}`, v.picklist(words));
}

/** A day, or a time with its zone. Milliseconds since the epoch. */
export const Time = must(
  "a day like 2026-11-22, or a time with its zone",
  v.pipe(v.string(), v.transform(parseTime), v.number(), v.minValue(0)),
);

/** A day (UTC) as `2026-11-22`. */
export const Day = must(
  "a day like 2026-11-22",
  v.pipe(
    v.string(),
    v.regex(/^\d{4}-\d\d-\d\d$/),
    v.check((day) => parseTime(day) !== null),
  ),
);

/** Where a page begins. Callers hand back what they were given. */
export function asCursor<Schema extends v.GenericSchema>(schema: Schema): Schema {
  return must(FROM_PREVIOUS, schema);
}

/** The number of a row, at which the previous page has ended. */
export const RowNumber = asCursor(v.pipe(v.string(), v.regex(/^[1-9]\d{0,14}$/), v.transform(Number)));

const Text = must("1 to 256 characters", v.pipe(v.string(), v.minLength(1), v.maxLength(256)));
export const TEXT = v.optional(Text);

/** How many rows a page has. */
export function limitOf(usual: number) {
  return v.optional(limitUpTo(MAX_LIMIT), String(usual));
}

export function limitUpTo(max: number) {
  const schema = v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number), v.minValue(1), v.maxValue(max));
  return must(`a whole number from 1 to ${max}`, schema);
}

export const PAGE = { limit: limitOf(DEFAULT_LIMIT), cursor: TEXT };
export const SPAN = { from: v.optional(Time), to: v.optional(Time) };

export type QuerySchema = v.GenericSchema & { readonly entries: Readonly<Record<string, v.GenericSchema>> };

/** Refused: a parameter twice, unknown, missing, or of another form. */
export function parseListQuery<Schema extends QuerySchema>(
  { searchParams }: URL,
  schema: Schema,
): Result<v.InferOutput<Schema>> {
  const known = Object.keys(schema.entries);
  const repeated = known.find((name) => searchParams.getAll(name).length > 1);
  if (repeated !== undefined) return failed(refuseQuery(`${repeated} stands in it twice.`));
  const parsed = v.safeParse(schema, Object.fromEntries(searchParams));
  return parsed.success ? ok(parsed.output) : failed(refuseQuery(describeIssue(parsed.issues[0], known)));
}

/** `why`: a sentence, with nothing in it that the caller has sent. */
export function refuseQuery(why: string): Problem {
  return refuse("bad_request", { reason: "query_malformed", hint: why });
}

/** Another list's cursor, or one that is too old. */
export const CURSOR_REFUSED = refuseQuery(`cursor must be ${FROM_PREVIOUS}.`);

function describeIssue(issue: v.BaseIssue<unknown>, known: readonly string[]): string {
  const name = known.find((each) => each === issue.path?.[0]?.key);
  if (name === undefined) return `Its parameters can be ${known.join(", ")}.`;
  return issue.input === undefined ? `${name} is missing.` : `${name} must be ${issue.message}.`;
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
