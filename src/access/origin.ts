/**
 * What an origin is, in policies and in the `Origin` header alike: a scheme, a host, perhaps a port, in the one spelling
 * in which browsers and app shells send it, since it is compared letter by letter. No wildcards; `null` is nobody's.
 */
const MAX_CHARS = 300;

/** The host of an app or an extension (`moz-extension://<uuid>`) is opaque, and keeps its capitals. */
const ORIGIN = /^[a-z][a-z0-9+.-]{0,30}:\/\/(?:[A-Za-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

export function isOrigin(text: string): boolean {
  return text.length <= MAX_CHARS && ORIGIN.test(text) && toOrigin(text) === text;
}

/** What somebody may have meant by a text that is no origin; null when that can't be told. */
export function guessOrigin(text: string): string | null {
  const guess = toOrigin(text);
  return guess !== null && guess !== text && isOrigin(guess) ? guess : null;
}

/** In lower case and punycode, without a default port; a scheme that has no origin in the URL standard, as it is written. */
function toOrigin(text: string): string | null {
  const url = URL.parse(text);
  if (url === null) return null;
  return url.origin === "null" ? `${url.protocol}//${url.host}` : url.origin;
}
