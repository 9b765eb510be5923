/**
 * GEN's answer on its way to the caller: streamed, never buffered, with a short allowlist of headers. If GEN's body is
 * cut, or stands still for 30 s, the transfer to the caller breaks too: it never ends as if it were whole.
 */
import type { Context } from "../context.ts";
import { IDLE_MS } from "./upload.ts";

/** GEN's cookies, server names, request ids and hosts stay behind. */
const PASSED_HEADERS = [
  "content-type",
  "content-disposition",
  "content-language",
  "etag",
  "last-modified",
  "retry-after",
] as const;

export function toAnswer(response: Response, whole: Uint8Array<ArrayBuffer> | null, ctx: Context): Response {
  const headers: Record<string, string> = {};
  for (const name of PASSED_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  const { status } = response;
  if (status === 204 || status === 205) return new Response(null, { status, headers });
  if (whole !== null || response.body === null) return new Response(whole, { status, headers });
  return new Response(watch(response, ctx), { status, headers });
}

function watch(response: Response, ctx: Context): ReadableStream {
  const source = response.body as ReadableStream<Uint8Array>;
  const reader = source.getReader();
  const cut = (reason: "cut" | "idle") => {
    ctx.log("warn", {
      message: "upstream_cut",
      request_id: ctx.requestId,
      operation: ctx.event.operation,
      reason,
    });
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let idle = false;
        const stop = ctx.clock.after(IDLE_MS, () => {
          idle = true;
          reader.cancel().catch(() => {});
        });
        try {
          const { done, value } = await reader.read();
          if (idle) throw new Error("idle");
          if (done) controller.close();
          else controller.enqueue(value);
        } catch {
          cut(idle ? "idle" : "cut");
          controller.error(new Error("GEN's answer broke off."));
        } finally {
          stop();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const length = response.headers.get("content-length");
  const encoded = response.headers.has("content-encoding");
  return length === null || encoded ? stream : stream.pipeThrough(new FixedLengthStream(Number(length)));
}
