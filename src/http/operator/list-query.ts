/** The query of a list for operators: pages, times, filters. */
import * as v from "valibot";

const MAX_LIMIT = 100;
const DEFAULT_LIMIT = 50;
/** A date, or a time with its zone (RFC 3339). */
const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

const Time = v.pipe(
  v.string(),
  v.regex(TIME),
  v.transform((text) => Date.parse(text)),
  v.number(),
  v.minValue(0),
);
const Text = v.pipe(v.string(), v.minLength(1), v.maxLength(256));
const Limit = v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1), v.maxValue(MAX_LIMIT));

/** Members that every list has. */
export const PAGE = {
  limit: v.optional(Limit, String(DEFAULT_LIMIT)),
  cursor: v.optional(Text),
  from: v.optional(Time),
  to: v.optional(Time),
};

export const TEXT = v.optional(Text);

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

/** The path of the next page, with the filters of this one. */
export function toNextPath({ pathname, searchParams }: URL, cursor: string): string {
  const query = new URLSearchParams(searchParams);
  query.set("cursor", cursor);
  return `${pathname}?${query}`;
}
