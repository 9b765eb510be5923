import type { Clock } from "../resilience/clock.ts";

const FIRST_BYTES = 4_096;

type ReadBody =
  | { readonly kind: "whole"; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Over the size limit. The caller must read or cancel the rest. */
  | {
      readonly kind: "too-long";
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly rest: ReadableStream<Uint8Array>;
    }
  /** The sender stopped, or the time limit was reached. */
  | { readonly kind: "cut"; readonly bytes: Uint8Array<ArrayBuffer>; readonly timedOut: boolean };

/** Reads a body into memory, at most `maxBytes` and `maxMs`. Never throws. */
export async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  bounds: { maxBytes: number; maxMs: number; clock: Clock },
): Promise<ReadBody> {
  if (stream === null) return { kind: "whole", bytes: new Uint8Array() };
  const reader = stream.getReader();
  let kept = new Uint8Array(Math.min(FIRST_BYTES, bounds.maxBytes));
  let length = 0;
  let timedOut = false;
  const stop = bounds.clock.after(bounds.maxMs, () => {
    timedOut = true;
    reader.cancel().catch(() => {});
  });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (timedOut) return { kind: "cut", bytes: kept.subarray(0, length), timedOut };
      if (done) return { kind: "whole", bytes: kept.subarray(0, length) };
      kept = append(kept, length, value);
      length += value.byteLength;
      if (length > bounds.maxBytes) {
        reader.releaseLock();
        return { kind: "too-long", bytes: kept.subarray(0, length), rest: stream };
      }
    }
  } catch {
    return { kind: "cut", bytes: kept.subarray(0, length), timedOut };
  } finally {
    stop();
  }
}

/**
 * One buffer that doubles when full. A body may arrive byte by byte, and a list of chunks would need far more memory.
 */
function append(kept: Uint8Array<ArrayBuffer>, length: number, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  let roomy = kept;
  if (length + chunk.byteLength > kept.byteLength) {
    roomy = new Uint8Array(Math.max(kept.byteLength * 2, length + chunk.byteLength));
    roomy.set(kept.subarray(0, length));
  }
  roomy.set(chunk, length);
  return roomy;
}
