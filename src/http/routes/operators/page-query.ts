/** The query of a list in pages: `limit` from 1 to 100, an opaque `cursor`, and the list's own filters. */
import * as v from "valibot";
import { parseTime } from "../../../encoding/time.ts";

const DEFAULT_LIMIT = 50;
const LIMIT = /^(?:[1-9]\d?|100)$/;

export const TimeText = v.pipe(
  v.string(),
  v.check((text) => parseTime(text) !== null),
  v.transform((text) => parseTime(text) ?? 0),
);

export const PAGE = {
  limit: v.optional(v.pipe(v.string(), v.regex(LIMIT), v.transform(Number)), String(DEFAULT_LIMIT)),
  cursor: v.optional(v.string()),
};

/** Null when it is malformed. Members that the list does not know are ignored. */
export function readQuery<const Schema extends v.GenericSchema>(
  { searchParams }: URL,
  schema: Schema,
): v.InferOutput<Schema> | null {
  const read = v.safeParse(schema, Object.fromEntries(searchParams));
  return read.success ? read.output : null;
}

/** The path of the next page: the same query, after `cursor`. */
export function toNext({ pathname, searchParams }: URL, cursor: string): string {
  const query = new URLSearchParams(searchParams);
  query.set("cursor", cursor);
  return `${pathname}?${query}`;
}
