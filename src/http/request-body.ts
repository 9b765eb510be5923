/**
 * Takes in a request's body: whole up to 1 MiB, so that it can be sent to GEN again, and up to 8 MiB where files are
 * charged for; as a stream beyond. The time it takes is the caller's budget. What no parser could read for certain is
 * refused, before anything is sent.
 */
import type { Operation } from "../gen/operation.ts";
import { readBody } from "../gen/read-body.ts";
import type { Clock } from "../resilience/clock.ts";
import type { Deadline } from "../resilience/deadline.ts";
import { parseLength } from "./announced-length.ts";
import { ok, type Problem, type Result, refuse, refused } from "./problem.ts";

const MAX_KEPT_BYTES = 1_024 * 1_024;
const MAX_KEPT_UPLOAD_BYTES = 8 * MAX_KEPT_BYTES;

export type MediaType = "json" | "form" | "multipart";

export type RequestBody =
  | { readonly kind: "none" }
  | {
      readonly kind: "kept";
      readonly mediaType: MediaType;
      readonly contentType: string;
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** The bytes as text; of a multipart body, which need not be text, nothing. */
      readonly text: string;
    }
  | {
      readonly kind: "large";
      readonly mediaType: MediaType;
      readonly contentType: string;
      readonly first: Uint8Array;
      readonly rest: ReadableStream<Uint8Array>;
      readonly length: number | null;
    };

const NONE: RequestBody = { kind: "none" };

/** The most that is kept of a body: what is charged for must be sent as it was, once, whatever happens. */
export function selectKeptBytes({ charged }: Operation, headers: Headers): number {
  return charged && isUpload(headers) ? MAX_KEPT_UPLOAD_BYTES : MAX_KEPT_BYTES;
}

export function isUpload(headers: Headers): boolean {
  return selectMediaType(headers.get("content-type") ?? "") === "multipart";
}

export async function readRequestBody(
  request: Request,
  maxBytes: number,
  env: { deadline: Deadline; clock: Clock },
): Promise<Result<RequestBody>> {
  if (request.body === null || request.method === "GET" || request.method === "HEAD") return ok(NONE);
  const { clock, deadline } = env;
  const read = await readBody(request.body, { maxBytes, maxMs: deadline.remaining(clock.now()), clock });
  if (read.kind === "cut") {
    return read.timedOut ? refused("request_timeout") : refused("bad_request", { reason: "body_cut" });
  }
  if (read.bytes.byteLength === 0) return ok(NONE);

  const contentType = request.headers.get("content-type") ?? "";
  const mediaType = selectMediaType(contentType);
  const problem = checkHeaders(request.headers, mediaType);
  if (problem || mediaType === null) {
    if (read.kind === "too-long") read.rest.cancel().catch(() => {});
    return { ok: false, problem: problem ?? refuse("unsupported_media_type") };
  }
  if (read.kind === "too-long") {
    const length = parseLength(request.headers.get("content-length"));
    return ok({ kind: "large", mediaType, contentType, first: read.bytes, rest: read.rest, length });
  }
  const text = mediaType === "multipart" ? "" : decodeText(read.bytes);
  if (text === null) return refused("bad_request", { reason: toReason(mediaType) });
  if (mediaType === "json" && !isJson(text)) return refused("bad_request", { reason: "body_not_json" });
  return ok({ kind: "kept", mediaType, contentType, bytes: read.bytes, text });
}

/** One boundary and nothing else, as browsers write it: parsers differ over which of two they take. */
const MULTIPART = /^\s*multipart\/form-data\s*;\s*boundary=("?)[\w'()+,./:=?-]{1,70}\1\s*$/i;

/** The three formats GEN reads, in UTF-8. Null for any other. */
export function selectMediaType(contentType: string): MediaType | null {
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  if (parameters.some((each) => /^\s*charset\s*=/.test(each) && !/^\s*charset\s*=\s*"?utf-8"?\s*$/.test(each)))
    return null;
  // Two headers in one: parsers differ over which of them counts.
  if (type.trim() !== "multipart/form-data" && contentType.includes(",")) return null;
  switch (type.trim()) {
    case "application/json":
      return "json";
    case "application/x-www-form-urlencoded":
      return "form";
    case "multipart/form-data":
      return MULTIPART.test(contentType) ? "multipart" : null;
    default:
      return null;
  }
}

function checkHeaders(headers: Headers, mediaType: MediaType | null): Problem | null {
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    return refuse("unsupported_media_type", { reason: "content_encoding_not_supported" });
  }
  if (mediaType !== null) return null;
  return refuse("unsupported_media_type", headers.has("content-type") ? {} : { reason: "content_type_missing" });
}

function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function toReason(mediaType: MediaType) {
  return mediaType === "json" ? "body_not_json" : "body_not_form";
}
