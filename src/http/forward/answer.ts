/**
 * Passes GEN's answer to the caller: final once its headers are here, streamed, with a short allowlist of headers. If
 * GEN's body is cut or idle for 30 s, the transfer to the caller is aborted too: it never ends as if it were whole.
 */
import type { GenResult } from "../../gen/client.ts";
import { listKeys } from "../../gen/config.ts";
import { holdsSecret } from "../../observability/redact.ts";
import { IDLE_MS, pump } from "../body/pump.ts";
import type { Context } from "../context.ts";

/** GEN's cookies, server names, request ids and hosts are not passed on. */
const PASSED_HEADERS = [
  "content-type",
  "content-disposition",
  "content-language",
  "etag",
  "last-modified",
  "retry-after",
] as const;

/**
 * Up to this length a body fits a few packets. Reading it whole costs less than streaming it, and callers see no
 * difference.
 */
const SMALL_BYTES = 16 * 1_024;
/** The headers wait no longer than this for a small body. */
const QUICK_MS = 50;

type GivenAnswer = Pick<Extract<GenResult, { kind: "answer" }>, "response" | "body" | "abort">;

export async function toAnswer(answer: GivenAnswer, ctx: Context): Promise<Response> {
  const { response, body: whole } = answer;
  const headers: Record<string, string> = {};
  const keys = listKeys(ctx.config.gen);
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null && !holdsSecret(value, keys)) headers[name] = value;
  }
  const { status } = response;
  if (status >= 400) headers["x-should-retry"] = "false";
  if (status === 204 || status === 205 || ctx.event.method === "HEAD") {
    response.body?.cancel().catch(() => {});
    return new Response(null, { status, headers });
  }
  const length = toLength(response.headers);
  if (whole !== null || response.body === null || length === 0) return new Response(whole, { status, headers });
  const body =
    length !== null && length <= SMALL_BYTES ? await takeSmall(answer, length, ctx) : stream(response, length, ctx);
  return new Response(body, { status, headers });
}

/** The body's length in bytes; null if GEN did not announce it, or if it is the length of a compressed body. */
function toLength(headers: Headers): number | null {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") || !/^\d{1,15}$/.test(length) ? null : Number(length);
}

/** A small body, whole, if it comes quickly; else a stream of it. GEN's headers wait for it no longer than that. */
function takeSmall({ response, abort }: GivenAnswer, length: number, ctx: Context): Promise<BodyInit> {
  const { promise, resolve } = Promise.withResolvers<BodyInit>();
  const whole = readWhole(response, length);
  const stop = ctx.clock.after(QUICK_MS, () => resolve(giveLate(whole, { length, abort }, ctx)));
  whole.then((bytes) => {
    stop();
    resolve(bytes ?? giveLate(whole, { length, abort }, ctx));
  });
  return promise;
}

/** Null when it ends before its announced length. */
async function readWhole(response: Response, length: number): Promise<ArrayBuffer | null> {
  const bytes = await response.arrayBuffer().catch(() => null);
  return bytes?.byteLength === length ? bytes : null;
}

function giveLate(
  whole: Promise<ArrayBuffer | null>,
  { length, abort }: { length: number; abort: () => void },
  ctx: Context,
): ReadableStream {
  const { readable, writable } = new FixedLengthStream(length);
  const writer = writable.getWriter();
  let reason: "cut" | "idle" = "cut";
  const stop = ctx.clock.after(IDLE_MS, () => {
    reason = "idle";
    abort();
  });
  whole
    .then(async (bytes) => {
      stop();
      if (bytes !== null) return writer.write(bytes).then(() => writer.close());
      logCut(reason, ctx);
      return writer.abort(new Error("GEN's answer broke off."));
    })
    .catch(() => {});
  return readable;
}

function stream(response: Response, length: number | null, ctx: Context): ReadableStream {
  const { readable, writable } = length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
  const source = response.body as ReadableStream<Uint8Array>;
  pump({ source, sink: writable, clock: ctx.clock }).then((end) => {
    if (end === "cut" || end === "idle") logCut(end, ctx);
  });
  return readable;
}

function logCut(reason: "cut" | "idle", { log, requestId, event }: Context): void {
  log("warn", { message: "upstream_cut", request_id: requestId, operation: event.operation, reason });
}
