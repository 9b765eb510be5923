/**
 * Parses bodies into payloads. The bytes decide whether a body is JSON or a form, never `Content-Type`: that header is
 * not signed, and a different reading of the same bytes would give another delivery id.
 */
import { parseJson } from "../../encoding/json.ts";
import { decodeUtf8 } from "../../encoding/utf8.ts";
import type { Bytes } from "./scheme.ts";

const MAX_ID_CHARS = 256;

/** Null for what is not JSON. */
export function readJson(body: Bytes): unknown {
  const text = decodeUtf8(body);
  return text === null ? null : parseJson(text);
}

/** Null for a form without fields. For a repeated field the last value counts. */
export function readForm(body: Bytes): Record<string, string> | null {
  const fields = [...new URLSearchParams(decodeUtf8(body) ?? "")];
  return fields.length === 0 ? null : Object.fromEntries(fields);
}

/** GitHub and Slack send JSON in a form's only field, `payload`. Null for any other form. */
export function readJsonInForm(body: Bytes): unknown {
  const { payload, ...rest } = readForm(body) ?? {};
  return payload === undefined || Object.keys(rest).length > 0 ? null : parseJson(payload);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A short text member, such as a type. */
export function readMember(payload: unknown, name: string): string | null {
  const value = isRecord(payload) ? payload[name] : null;
  return typeof value === "string" && value !== "" && value.length <= MAX_ID_CHARS ? value : null;
}

/** The sender's id of an event: a short text, or a number with all its digits. */
export function readId(payload: unknown, name: string): string | null {
  const value = isRecord(payload) ? payload[name] : null;
  const isNumber = typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
  return readMember({ id: isNumber ? String(value) : value }, "id");
}
