/**
 * Bodies as payloads. Whether one is JSON or a form is seen from its bytes, never from `Content-Type`: that header is
 * signed by nobody, and another reading of the same bytes would have another id.
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

/** Null for a form without a field. Of a field that comes twice, the last value. */
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

/** A short text in a payload, such as a type. */
export function readMember(payload: unknown, name: string): string | null {
  const value = isRecord(payload) ? payload[name] : null;
  return typeof value === "string" && value !== "" && value.length <= MAX_ID_CHARS ? value : null;
}

/** What a sender calls an event: a short text, or a number with all its digits. */
export function readId(payload: unknown, name: string): string | null {
  const value = isRecord(payload) ? payload[name] : null;
  const isNumber = typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
  return readMember({ id: isNumber ? String(value) : value }, "id");
}
