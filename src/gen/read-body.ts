import type { Clock } from "../resilience/clock.ts";

export type ReadBody =
  | { readonly kind: "whole"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Longer than the bound. The rest is still to be read, or cancelled, by the caller. */
  | {
      readonly kind: "too-long";
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly rest: ReadableStream<Uint8Array>;
    }
  /** The sender stopped, or the time was over. */
  | { readonly kind: "cut"; readonly bytes: Uint8Array<ArrayBuffer>; readonly timedOut: boolean };

/** Reads a body into memory, at most `maxBytes` and for at most `maxMs`. Never throws. */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  bounds: { maxBytes: number; maxMs: number; clock: Clock },
): Promise<ReadBody> {
  if (stream === null) return { kind: "whole", bytes: new Uint8Array() };
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  let timedOut = false;
  const stop = bounds.clock.after(bounds.maxMs, () => {
    timedOut = true;
    reader.cancel().catch(() => {});
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (timedOut) return { kind: "cut", bytes: concat(chunks, length), timedOut };
      if (done) return { kind: "whole", bytes: concat(chunks, length) };
      chunks.push(value);
      length += value.byteLength;
      if (length > bounds.maxBytes) {
        reader.releaseLock();
        return { kind: "too-long", bytes: concat(chunks, length), rest: stream };
      }
    }
  } catch {
    return { kind: "cut", bytes: concat(chunks, length), timedOut };
  } finally {
    stop();
  }
}

function concat(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}
