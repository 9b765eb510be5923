/** `Prefer` (RFC 7240). Unknown or malformed preferences are ignored. */

/** The seconds of `wait=N`, limited to 1 to `maxSeconds`; null when there is no `wait`. */
export function parseWait(header: string | null, maxSeconds: number): number | null {
  if (header === null) return null;
  const [, digits] = /(?:^|[,;])\s*wait\s*=\s*"?(\d+)"?\s*(?:[,;]|$)/i.exec(header) ?? [];
  if (digits === undefined) return null;
  return Math.min(Math.max(Number(digits), 1), Math.max(1, Math.floor(maxSeconds)));
}

/** Whether the header has this preference. */
export function prefers(header: string | null, preference: "respond-async" | "return=representation"): boolean {
  if (header === null) return false;
  return header.split(/[,;]/).some((each) => each.replace(/[\s"]+/g, "").toLowerCase() === preference);
}
