const MAX_MS = 24 * 60 * 60 * 1_000;
/** The three forms of an HTTP date (RFC 9110, section 5.6.7). */
const DATE = /^\s*[a-z]{3,9},? (?:\d\d[ -][a-z]{3}[ -]\d{2,4} [\d:]{8} GMT|[a-z]{3} [ \d]\d [\d:]{8} \d{4})\s*$/i;

/**
 * How long a server asks to wait, in milliseconds; null when it does not say. Reads `retry-after-ms` first, then
 * `Retry-After` as seconds or as a date (RFC 9110, section 10.2.3). A past date is no wait; more than a day counts as a
 * day; anything else is ignored.
 */
export function parseRetryAfter(headers: Headers, now: number): number | null {
  const ms = parseNumber(headers.get("retry-after-ms"));
  if (ms !== null) return Math.min(Math.ceil(ms), MAX_MS);
  const raw = headers.get("retry-after");
  const seconds = parseNumber(raw);
  if (seconds !== null) return Math.min(Math.ceil(seconds * 1_000), MAX_MS);
  const date = raw !== null && DATE.test(raw) ? Date.parse(raw) : Number.NaN;
  return Number.isNaN(date) ? null : Math.min(Math.max(0, date - now), MAX_MS);
}

function parseNumber(raw: string | null): number | null {
  return raw !== null && /^\s*\d+(\.\d+)?\s*$/.test(raw) ? Number(raw) : null;
}

/** The `Retry-After` of a response: whole seconds, rounded up, at least 1. */
export function toRetryAfterSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
