const TIME = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Milliseconds since the epoch of a day or a time of ISO 8601 that names its zone; null for anything else. */
export function parseTime(text: string): number | null {
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** ISO 8601 in UTC, of milliseconds since the epoch. */
export function toIso(at: number): string {
  return new Date(at).toISOString();
}

/** The same; null stays null. */
export function toIsoOrNull(at: number | null): string | null {
  return at === null ? null : toIso(at);
}
