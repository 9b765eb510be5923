/**
 * JSON that keeps all digits of whole numbers. Doubles are exact up to 2^53; larger whole numbers are read as BigInt
 * and written as the same number, so nothing is rounded when a value is passed on.
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

/** Any JSON value. Whole numbers beyond 2^53 are BigInt: `String` gives their digits. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [member: string]: Json | undefined };

/** Whole numbers beyond 2^53 have at least 16 digits. Text without such a run skips the slower path. */
const LONG = /\d{16}/;

/** The value of a JSON text; null for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return parseJsonOrThrow(text);
  } catch {
    return null;
  }
}

/** Takes UTF-8 bytes; null for what is not JSON. */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  return parseJson(new TextDecoder().decode(bytes));
}

/** Accepts what `JSON.parse` accepts, else throws a `SyntaxError`. */
export function parseJsonOrThrow(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!LONG.test(text)) return value;
  try {
    return JSON.parse(text, (_, each, { source }) => keepDigits(each, source));
  } catch {
    // The reviver is recursive: nesting of some thousand levels overflows the stack.
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

/** Like `JSON.stringify`, and throws like it; throws also for a BigInt that would not be read back as one. */
export function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, (_, each) => toWritten(each));
  }
}

/** Like `writeJson`, with `null` for undefined. */
export function writeJsonOrNull(value: unknown): string {
  return writeJson(value) ?? "null";
}

/**
 * Null for what JSON can't hold: cycles, undefined, a BigInt small enough to be a number, nesting too deep to write.
 */
export function toJsonText(value: unknown): string | null {
  try {
    return writeJson(value) ?? null;
  } catch {
    return null;
  }
}

/** A JSON object. `written` members are JSON text already: they are copied unchanged, after the others. */
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
