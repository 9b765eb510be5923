/**
 * CORS (Fetch standard). A preflight carries no key, so any well-formed origin is allowed, never with credentials. The
 * request itself is checked by its key. The page can read every answer, errors included; otherwise its author would see
 * only "Failed to fetch".
 */
import { isOrigin } from "../access/origin.ts";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
const MAX_AGE_SECONDS = "7200";
const HEADER_LIST = /^[\w!#$%&'*+.^`|~-]+(?:\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/;

/** Headers that a page may read, in addition to those that the standard always allows. */
export const EXPOSED_HEADERS = [
  "Age",
  "Cache-Status",
  "Content-Disposition",
  "Content-Language",
  "ETag",
  "Idempotency-Key",
  "Idempotent-Replayed",
  "Link",
  "Location",
  "Preference-Applied",
  "RateLimit",
  "Retry-After",
  "Server-Timing",
  "WWW-Authenticate",
  "X-GenEdge-Attempts",
  "X-GenEdge-Credits",
  "X-Request-Id",
  "X-Should-Retry",
].join(", ");

export function isPreflight(request: Request): boolean {
  const { headers } = request;
  return request.method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
}

export function answerPreflight(request: Request): Response {
  const asked = request.headers.get("access-control-request-headers");
  const headers = new Headers({
    "access-control-allow-methods": METHODS,
    "access-control-max-age": MAX_AGE_SECONDS,
    vary: "Access-Control-Request-Headers",
  });
  if (asked !== null && asked.length <= 1_000 && HEADER_LIST.test(asked)) {
    headers.set("access-control-allow-headers", asked);
  }
  return new Response(null, { status: 204, headers });
}

/** The request's origin if it is well formed. The value `null` is not. */
export function parseOrigin(header: string | null): string | null {
  return header !== null && isOrigin(header) ? header : null;
}
