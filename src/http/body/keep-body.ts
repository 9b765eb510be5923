/**
 * Turns the bytes of a body that fits in memory into the body that GEN gets. Forms are parsed and rewritten, so that
 * GEN gets exactly what was read. JSON is passed on unchanged, after a scan so strict that all parsers read it alike.
 */
import { isOverride } from "../../bounds/field-name.ts";
import { isJson } from "../../encoding/json.ts";
import { hasRepeatedName, scanJsonMembers } from "../../encoding/json-members.ts";
import { decodeUtf8 } from "../../encoding/utf8.ts";
import { ok, type Result, refused } from "../../problems/problem.ts";
import type { ReasonCode } from "../../problems/reasons.ts";
import { type FormField, type FormPart, MAX_ID_CHARS } from "../forms/form-part.ts";
import { readForm, writeForm } from "../forms/read-form.ts";
import { readMultipart } from "../forms/read-multipart.ts";
import { writeMultipart } from "../forms/write-multipart.ts";
import { type ContentType, type MediaType, toContentType } from "./content-type.ts";

export interface KeptBody {
  readonly kind: "kept";
  readonly mediaType: MediaType;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** The JSON text; empty for a form. */
  readonly text: string;
  /** The fields of a form, in order; empty for JSON. */
  readonly fields: readonly FormField[];
}

type Kept = Omit<KeptBody, "kind" | "mediaType">;

export async function keepBody(bytes: Uint8Array, type: ContentType): Promise<Result<KeptBody>> {
  const kept = await keep(bytes, type);
  if (kept === "json_sent_as_form") return refused("unsupported_media_type", { reason: kept });
  if (typeof kept === "string") return refused("bad_request", { reason: kept });
  if (kept.fields.some(([name]) => isOverride(name))) return refused("bad_request", { reason: "field_overrides" });
  return ok({ kind: "kept", mediaType: type.mediaType, ...kept });
}

async function keep(bytes: Uint8Array, type: ContentType): Promise<Kept | ReasonCode> {
  switch (type.mediaType) {
    case "json":
      return keepJson(bytes, toContentType(type));
    case "form":
      return rewriteForm(bytes, toContentType(type));
    case "multipart":
      return rewriteMultipart(bytes, type);
  }
}

function keepJson(bytes: Uint8Array, contentType: string): Kept | ReasonCode {
  const text = decodeUtf8(bytes, { keepsMark: true });
  if (text === null || !isJson(text)) return "body_not_json";
  const members = scanJsonMembers(text, true);
  if (hasRepeatedName(members)) return "json_member_repeated";
  if (members.some(({ depth, name }) => depth === 1 && isOverride(name))) return "field_overrides";
  return { contentType, bytes, text, fields: [] };
}

function rewriteForm(bytes: Uint8Array, contentType: string): Kept | ReasonCode {
  const pairs = readForm(bytes);
  if (isJsonObject(bytes)) return "json_sent_as_form";
  if (pairs === null) return "body_not_form";
  const fields = pairs.map(([name, value]): FormField => [name, value.length > MAX_ID_CHARS ? null : value]);
  return { contentType, bytes: new TextEncoder().encode(writeForm(pairs)), text: "", fields };
}

/** What `curl -d '{…}'` sends: no form has a field of such a name. */
function isJsonObject(bytes: Uint8Array): boolean {
  const text = decodeUtf8(bytes) ?? "";
  return /^\s*\{/.test(text) && isJson(text);
}

async function rewriteMultipart(bytes: Uint8Array, { mediaType, boundary }: ContentType): Promise<Kept | ReasonCode> {
  const parts = readMultipart(bytes, boundary);
  if (parts === null) return "body_not_form";
  const written = await writeMultipart(parts);
  const contentType = toContentType({ mediaType, boundary: written.boundary });
  return { contentType, bytes: written.bytes, text: "", fields: parts.map(toField) };
}

function toField({ name, filename, content }: FormPart): FormField {
  return [name, filename !== null || content.length > MAX_ID_CHARS ? null : decodeUtf8(content, { keepsMark: true })];
}
