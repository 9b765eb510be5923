/**
 * Reads a request's body within the caller's budget. Up to 1 MiB it is kept in memory, so that it can be sent to GEN
 * again; up to 8 MiB for charged uploads of files; beyond that it is streamed. Forms are parsed and rewritten, so that
 * GEN gets what was read. What parsers could read differently is refused before anything is sent.
 */
import type { Operation } from "../../gen/operation.ts";
import { readBody } from "../../gen/read-body.ts";
import { ok, type Result, refused } from "../../problems/problem.ts";
import type { Clock } from "../../resilience/clock.ts";
import type { Deadline } from "../../resilience/deadline.ts";
import { parseLength } from "./announced-length.ts";
import { type ContentType, type MediaType, parseContentType, toContentType } from "./content-type.ts";
import { type KeptBody, keepBody } from "./keep-body.ts";

const MAX_KEPT_BYTES = 1_024 * 1_024;
const MAX_KEPT_UPLOAD_BYTES = 8 * MAX_KEPT_BYTES;

export interface LargeBody {
  readonly kind: "large";
  readonly mediaType: MediaType;
  readonly contentType: string;
  /** Empty unless multipart. */
  readonly boundary: string;
  readonly first: Uint8Array;
  readonly rest: ReadableStream<Uint8Array>;
  readonly length: number | null;
}

export type RequestBody = { readonly kind: "none" } | KeptBody | LargeBody;

const NONE: RequestBody = { kind: "none" };

/** The largest body that is kept in memory. Larger for charged uploads: a charged call must be repeatable unchanged. */
export function selectKeptBytes({ charged }: Operation, headers: Headers): number {
  return charged && selectMediaType(headers) === "multipart" ? MAX_KEPT_UPLOAD_BYTES : MAX_KEPT_BYTES;
}

export function selectMediaType(headers: Headers): MediaType | null {
  return parseContentType(headers.get("content-type") ?? "")?.mediaType ?? null;
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

  const type = readType(request.headers);
  if (!type.ok) {
    if (read.kind === "too-long") read.rest.cancel().catch(() => {});
    return type;
  }
  if (read.kind === "whole") return keepBody(read.bytes, type.value);
  const length = parseLength(request.headers.get("content-length"));
  const contentType = toContentType(type.value);
  return ok({ kind: "large", ...type.value, contentType, first: read.bytes, rest: read.rest, length });
}

function readType(headers: Headers): Result<ContentType> {
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    return refused("unsupported_media_type", { reason: "content_encoding_not_supported" });
  }
  const header = headers.get("content-type");
  if (header === null) return refused("unsupported_media_type", { reason: "content_type_missing" });
  const type = parseContentType(header);
  return type ? ok(type) : refused("unsupported_media_type", { reason: "content_type_not_supported" });
}
