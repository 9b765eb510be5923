/** `Prefer` (RFC 7240). A preference that is unknown or malformed is no error: it is not applied. */

/** The seconds of `wait=N`, brought into the range from 1 to `maxSeconds`; null when the caller names none. */
export function parseWait(header: string | null, maxSeconds: number): number | null {
  if (header === null) return null;
  const [, digits] = /(?:^|[,;])\s*wait\s*=\s*"?(\d+)"?\s*(?:[,;]|$)/i.exec(header) ?? [];
  if (digits === undefined) return null;
  return Math.min(Math.max(Number(digits), 1), Math.max(1, Math.floor(maxSeconds)));
}

/** Whether a preference without a number is named: `respond-async`, `return=representation`. */
export function prefers(header: string | null, preference: "respond-async" | "return=representation"): boolean {
  if (header === null) return false;
  return header.split(/[,;]/).some((each) => each.replace(/[\s"]+/g, "").toLowerCase() === preference);
}
