/**
 * GEN's answer on its way to the caller: committed at its headers, streamed, with a short allowlist of headers. If GEN's body is
 * cut, or stands still for 30 s, the transfer to the caller breaks too: it never ends as if it were whole.
 */
import type { Context } from "../context.ts";
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

export async function toAnswer(
  response: Response,
  whole: Uint8Array<ArrayBuffer> | null,
  ctx: Context,
): Promise<Response> {
  const headers: Record<string, string> = {};
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const { status } = response;
  if (status === 204 || status === 205) return new Response(null, { status, headers });
  if (whole !== null || response.body === null) return new Response(whole, { status, headers });
  const length = toLength(response.headers);
  const body =
    length !== null && length <= SMALL_BYTES ? await takeSmall(response, ctx) : stream(response, length, ctx);
  return new Response(body, { status, headers });
}

/** The body's length in bytes, where GEN told it and it is not the length of something compressed. */
function toLength(headers: Headers): number | null {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? null : Number(length);
}

async function takeSmall(response: Response, ctx: Context): Promise<BodyInit> {
  let idle = false;
  const stop = ctx.clock.after(IDLE_MS, () => {
    idle = true;
    response.body?.cancel().catch(() => {});
  });
  try {
    return await response.arrayBuffer();
  } catch {
    logCut(idle ? "idle" : "cut", ctx);
    return new ReadableStream({ start: (controller) => controller.error(new Error("GEN's answer broke off.")) });
  } finally {
    stop();
  }
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
