/**
 * JSON whose whole numbers keep their digits. A double holds them up to 2^53: one beyond is read as a BigInt and written
 * as the same number again, so that what is passed on is what came, and code that wants a number is given no wrong one.
 */

/** ES2026, not yet in TypeScript's library. */
declare global {
  interface JSON {
    parse(
      text: string,
      reviver: (this: unknown, name: string, value: unknown, written: { source?: string }) => unknown,
    ): unknown;
    rawJSON(text: string): object;
  }
}

/** Anything that JSON can hold. A whole number beyond 2^53 is a BigInt: `String` gives its digits. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [member: string]: Json | undefined };

/** Whole numbers beyond 2^53 have as many digits. What has none is read without a look at each value. */
const LONG = /\d{16}/;

/** The value of a JSON text; null for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return parseJsonOrThrow(text);
  } catch {
    return null;
  }
}

/** The same of bytes in UTF-8. */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  return parseJson(new TextDecoder().decode(bytes));
}

/** Reads all that `JSON.parse` reads; throws a `SyntaxError` for the rest. */
export function parseJsonOrThrow(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!LONG.test(text)) return value;
  try {
    return JSON.parse(text, (_, each, { source }) => keepDigits(each, source));
  } catch {
    // Nested some thousand deep: a reviver is called recursively.
    return value;
  }
}

function keepDigits(value: unknown, source: string | undefined): unknown {
  const isLossy = typeof value === "number" && Number.isFinite(value) && !Number.isSafeInteger(value);
  return isLossy && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** As `JSON.stringify` does, and throws as it does; also for a BigInt that would not be read as one again. */
export function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, (_, each) => toWritten(each));
  }
}

/** The same of what may be nothing at all, which JSON writes as `null`. */
export function writeJsonOrNull(value: unknown): string {
  return writeJson(value) ?? "null";
}

/**
 * Null for what JSON can't hold: a circle, nothing at all, a BigInt that a double holds, or lists nested too deep to be
 * written.
 */
export function toJsonText(value: unknown): string | null {
  try {
    return writeJson(value) ?? null;
  } catch {
    return null;
  }
}

/** An object of these members. Those that are `written` are JSON already: they go on as they came, behind the others. */
export function writeObject(
  members: Readonly<Record<string, unknown>>,
  written: Readonly<Record<string, string>>,
): string {
  const entries = Object.entries(members).map(([name, value]) => [name, writeJson(value)] as const);
  const all = [...entries.filter(([, text]) => text !== undefined), ...Object.entries(written)];
  return `{${all.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join()}}`;
}

function toWritten(value: unknown): unknown {
  return typeof value === "bigint" && !Number.isSafeInteger(Number(value)) ? JSON.rawJSON(String(value)) : value;
}
