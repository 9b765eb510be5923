/**
 * An origin, in policies and in the `Origin` header: scheme, host and optional port. Origins are compared as exact
 * text, so only the spelling that browsers and app shells send is valid. There are no wildcards, and the origin `null`
 * matches nothing.
 */
const MAX_CHARS = 300;

/** Hosts of apps and extensions (`moz-extension://<uuid>`) are opaque and may contain capitals. */
const ORIGIN = /^[a-z][a-z0-9+.-]{0,30}:\/\/(?:[A-Za-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

export function isOrigin(text: string): boolean {
  return text.length <= MAX_CHARS && ORIGIN.test(text) && toOrigin(text) === text;
}

/** The valid origin that a misspelt one probably means; null when there is no good guess. */
export function guessOrigin(text: string): string | null {
  const guess = toOrigin(text);
  return guess !== null && guess !== text && isOrigin(guess) ? guess : null;
}

/**
 * Lower case, punycode, no default port. For schemes without an origin in the URL standard: scheme and host as written.
 */
function toOrigin(text: string): string | null {
  const url = URL.parse(text);
  if (url === null) return null;
  return url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin;
}
