/**
 * GEN's answer on its way to the caller: committed at its headers, streamed, with a short allowlist of headers. If GEN's body is
 * cut, or stands still for 30 s, the transfer to the caller breaks too: it never ends as if it were whole.
 */
import type { Context } from "../context.ts";
import { redact } from "../observability/redact.ts";
import type { Clock } from "../resilience/clock.ts";
import { IDLE_MS, pump } from "./pump.ts";

/** GEN's cookies, server names, request ids and hosts stay behind. */
const PASSED_HEADERS = [
  "content-type",
  "content-disposition",
  "content-language",
  "etag",
  "last-modified",
  "retry-after",
] as const;

/**
 * Up to here a body of known length is a packet or a few: to take it whole costs less than a stream of them, and
 * nobody can tell the difference.
 */
const SMALL_BYTES = 16 * 1_024;
const QUICK_MS = 50;

export async function toAnswer(
  response: Response,
  whole: Uint8Array<ArrayBuffer> | null,
  ctx: Context,
): Promise<Response> {
  const headers: Record<string, string> = {};
  const secrets = [ctx.config.gen.apiKey];
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null && redact(value, secrets) === value) headers[name] = value;
  }
  const { status } = response;
  if (status >= 400) headers["x-should-retry"] = "false";
  if (status === 204 || status === 205 || ctx.event.method === "HEAD") {
    response.body?.cancel().catch(() => {});
    return new Response(null, { status, headers });
  }
  if (whole !== null || response.body === null) return new Response(whole, { status, headers });
  const length = toLength(response.headers);
  const body =
    length !== null && length <= SMALL_BYTES ? await takeSmall(response, length, ctx) : stream(response, length, ctx);
  return new Response(body, { status, headers });
}

/** The body's length in bytes, where GEN told it and it is not the length of something compressed. */
function toLength(headers: Headers): number | null {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") || !/^\d{1,15}$/.test(length) ? null : Number(length);
}

/** A small body, whole, if it comes quickly; else a stream of it. GEN's headers wait for it no longer than that. */
async function takeSmall(response: Response, length: number, ctx: Context): Promise<BodyInit | null> {
  if (length === 0) return null;
  const { clock } = ctx;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader({ mode: "byob" });
  const whole = readWhole(reader, length);
  const quick = await within(QUICK_MS, whole, clock);
  if (quick instanceof Uint8Array) return quick;
  const { readable, writable } = new FixedLengthStream(length);
  const writer = writable.getWriter();
  let reason: "cut" | "idle" = "cut";
  const stop = clock.after(IDLE_MS, () => {
    reason = "idle";
    reader.cancel().catch(() => {});
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

/** Null when it breaks off before its length. */
async function readWhole(reader: ReadableStreamBYOBReader, length: number): Promise<Uint8Array | null> {
  try {
    const { value } = await reader.readAtLeast(length, new Uint8Array(length));
    return value?.byteLength === length ? value : null;
  } catch {
    return null;
  }
}

async function within<T>(ms: number, work: Promise<T>, clock: Clock): Promise<T | "late"> {
  const { promise, resolve } = Promise.withResolvers<"late">();
  const stop = clock.after(ms, () => resolve("late"));
  const first = await Promise.race([work, promise]);
  stop();
  return first;
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
