/**
 * Looks at a multipart body's part headers before a parser does: the platform's takes seconds for a part with thousands of
 * dispositions, and nothing else runs meanwhile. A part has one (RFC 7578, section 4.2).
 */
const DISPOSITION = /content-disposition/gi;
const BOUNDARY = /boundary=("?)(.+?)\1\s*$/i;

export function hasDoubledDisposition(bytes: Uint8Array, contentType: string): boolean {
  const boundary = BOUNDARY.exec(contentType)?.[2];
  if (boundary === undefined) return false;
  const parts = new TextDecoder("latin1").decode(bytes).split(`--${boundary}`);
  return parts.some((part) => countDispositions(part) > 1);
}

function countDispositions(part: string): number {
  const end = part.search(/\r?\n\r?\n/);
  const headers = end < 0 ? part : part.slice(0, end);
  return headers.match(DISPOSITION)?.length ?? 0;
}
