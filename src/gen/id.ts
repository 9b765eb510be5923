/**
 * GEN's ids are opaque: a string or a number as written, of any shape. Ids that can be a path segment are also names
 * here, so the resource can be followed; other ids are only passed on.
 */
export const MAX_ID_CHARS = 256;
const PLAIN = /^[A-Za-z0-9_-]{1,256}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const HOSTILE = /^\.+$|[/\\%?#;\u0000-\u001f\u007f-\u009f]/;

/** The id in a parsed JSON value (`encoding/json.ts` keeps all digits); null when it is none. */
export function toId(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

/** Whether it is safe as an encoded path segment: no parser on the way reads anything else from it. */
export function isName(id: string): boolean {
  if (PLAIN.test(id)) return true;
  return id !== "" && id.length <= MAX_ID_CHARS && id.isWellFormed() && !HOSTILE.test(id);
}

/** Like `isName`, for ids that people type in: a blank in one is a mistake. */
export function isGivenName(id: string): boolean {
  return isName(id) && !/\s/.test(id);
}

/** The name in a path segment; null when it can't be one. */
export function decodeName(segment: string): string | null {
  if (PLAIN.test(segment)) return segment;
  try {
    const name = decodeURIComponent(segment);
    return isName(name) ? name : null;
  } catch {
    return null;
  }
}
