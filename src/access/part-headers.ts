/**
 * Looks at the headers of a multipart body's parts before a parser does: the platform's takes half a minute for a part with
 * some ten thousand of them, and nothing else runs meanwhile. Browsers write two, and of each one (RFC 7578, section 4.2).
 */
const MAX_LINES = 16;
const DISPOSITION = /content-disposition/gi;
const BOUNDARY = /boundary=("?)(.+?)\1\s*$/i;

/** False as well where there is no telling what the parts are. */
export function hasPlainHeaders(bytes: Uint8Array, contentType: string): boolean {
  const boundary = BOUNDARY.exec(contentType)?.[2];
  if (boundary === undefined) return false;
  const parts = new TextDecoder("latin1").decode(bytes).split(`--${boundary}`);
  return parts.every((part) => isPlain(selectHeaders(part)));
}

function selectHeaders(part: string): string {
  const end = part.search(/\n\r?\n/);
  return end < 0 ? part : part.slice(0, end);
}

function isPlain(headers: string): boolean {
  const lines = headers.split("\n").length - 1;
  return lines <= MAX_LINES && (headers.match(DISPOSITION)?.length ?? 0) <= 1;
}
