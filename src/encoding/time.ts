const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

const DAY_CHARS = 10;

/** Milliseconds since the epoch of a day or a time of ISO 8601 that names its zone; null for anything else. */
export function parseTime(text: string): number | null {
  const at = TIME.test(text) && isDay(text.slice(0, DAY_CHARS)) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** `Date.parse` takes the 31st of a month that has fewer days for one of the next month. */
function isDay(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && toIso(at).startsWith(text);
}

/** ISO 8601 in UTC, of milliseconds since the epoch. */
export function toIso(at: number): string {
  return new Date(at).toISOString();
}

/** The same; null stays null. */
export function toIsoOrNull(at: number | null): string | null {
  return at === null ? null : toIso(at);
}
