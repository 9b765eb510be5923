/** Reads what the Worker's own routes take in a query. */

/** Null when absent. */
export function readNumber({ searchParams }: URL, name: string, max: number): number | null | "malformed" {
  const text = searchParams.get(name);
  if (text === null) return null;
  const number = Number(text);
  return /^[1-9]\d{0,15}$/.test(text) && number <= max ? number : "malformed";
}

const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Milliseconds since the epoch of an ISO 8601 date or time with its offset. Null when it is none. */
export function parseTime(text: string): number | null {
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** The same of the query. Null when absent. */
export function readTime({ searchParams }: URL, name: string): number | null | "malformed" {
  const text = searchParams.get(name);
  return text === null ? null : (parseTime(text) ?? "malformed");
}

/** One of these words. Null when absent. */
export function readWord<Word extends string>(
  { searchParams }: URL,
  name: string,
  words: readonly Word[],
): Word | null | "malformed" {
  const text = searchParams.get(name);
  if (text === null) return null;
  return words.find((word) => word === text) ?? "malformed";
}
