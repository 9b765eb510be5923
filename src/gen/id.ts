/**
 * GEN's ids are opaque: a string or a number as it was written, of any shape. One that can stand in a path can be a name
 * here, and is followed; any other is passed on, and is an id all the same.
 */
const MAX_ID_CHARS = 256;
const PLAIN = /^[A-Za-z0-9_-]{1,256}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
const HOSTILE = /^\.+$|[/\\%?#;\u0000-\u001f\u007f-\u009f]/;

/** Of a value in a JSON text (`encoding/json.ts` keeps its digits); null for what is no id. */
export function toId(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

/** Whether it can stand in a path, encoded, and means nothing else there to any parser on the way. */
export function isName(id: string): boolean {
  if (PLAIN.test(id)) return true;
  return id !== "" && id.length <= MAX_ID_CHARS && id.isWellFormed() && !HOSTILE.test(id);
}

/** Whether it can be one that somebody has written down: a blank in it is a mistake. */
export function isGivenName(id: string): boolean {
  return isName(id) && !/\s/.test(id);
}

/** The name that a segment of a path stands for; null for what can be none. */
export function decodeName(segment: string): string | null {
  if (PLAIN.test(segment)) return segment;
  try {
    const name = decodeURIComponent(segment);
    return isName(name) ? name : null;
  } catch {
    return null;
  }
}
