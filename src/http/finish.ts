import { type AttemptRecord, sumWaited } from "../observability/event.ts";
import type { Context } from "./context.ts";
import { EXPOSED_HEADERS, parseOrigin } from "./cors.ts";

/** A browser may open other answers than JSON as documents (SVG, XHTML, XML, PDF): this one disables them. */
const JSON_TYPE = /^application\/(?:problem\+)?json(?:;[^,]*)?$/i;
const NOT_A_DOCUMENT = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Sets the headers that every answer has, problems and preflights included. */
export function finish(response: Response, request: Request, ctx: Context): Response {
  const { headers } = response;
  const { attempts } = ctx.event;
  headers.set("x-request-id", ctx.requestId);
  headers.set("x-genedge-attempts", String(attempts.length));
  headers.set("server-timing", toServerTiming(attempts, ctx.event.ms));
  headers.set("x-content-type-options", "nosniff");
  if (isDocument(response) && !headers.has("content-security-policy"))
    headers.set("content-security-policy", NOT_A_DOCUMENT);
  headers.append("vary", "Origin, Accept-Language");
  if (isEventStream(headers)) {
    // A proxy that compresses or buffers would delay events.
    headers.set("cache-control", "no-store, no-transform");
    headers.set("x-accel-buffering", "no");
  } else if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (ctx.waitSeconds !== null) headers.append("preference-applied", `wait=${ctx.waitSeconds}`);
  const origin = parseOrigin(request.headers.get("origin"));
  if (origin !== null) {
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  }
  return response;
}

/** Whether a browser could open it as a document. */
function isDocument(response: Response): boolean {
  const type = response.headers.get("content-type");
  return type === null ? response.body !== null : !JSON_TYPE.test(type);
}

function isEventStream(headers: Headers): boolean {
  return /^text\/event-stream\b/i.test(headers.get("content-type") ?? "");
}

/** Milliseconds at GEN, waiting between attempts, and in total (W3C Server Timing). */
function toServerTiming(attempts: readonly AttemptRecord[], totalMs: number): string {
  const genMs = attempts.reduce((sum, attempt) => sum + attempt.ms, 0);
  return `gen;dur=${genMs}, wait;dur=${Math.round(sumWaited(attempts))}, total;dur=${totalMs}`;
}
