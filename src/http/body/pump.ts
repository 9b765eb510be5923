/**
 * Copies a stream through one reused buffer, so memory does not grow with the body. When the source is idle for too
 * long or is cut, the sink is aborted too: a cut body never ends as if it were whole.
 */
import type { Clock } from "../../resilience/clock.ts";

export const IDLE_MS = 30_000;
const BUFFER_BYTES = 64 * 1_024;

type PumpEnd = "whole" | "cut" | "idle" | "sink-gone" | "refused";

interface PumpTask {
  readonly source: ReadableStream<Uint8Array>;
  readonly sink: WritableStream<Uint8Array>;
  /** What was already read from the source. */
  readonly first?: Uint8Array;
  readonly clock: Clock;
  /** Called with each chunk before it is written, and with null at the end. False aborts. */
  readonly inspect?: (chunk: Uint8Array | null) => boolean;
}

export async function pump({ source, sink, first, clock, inspect }: PumpTask): Promise<PumpEnd> {
  const reader = source.getReader({ mode: "byob" });
  const writer = sink.getWriter();
  const give = async (end: PumpEnd) => {
    reader.cancel(end).catch(() => {});
    await writer.abort(new Error(end)).catch(() => {});
    return end;
  };
  let buffer = new ArrayBuffer(BUFFER_BYTES);
  let chunk = first;
  for (;;) {
    if (chunk === undefined) {
      const read = await readChunk(reader, new Uint8Array(buffer), clock);
      if (read === "cut" || read === "idle") return give(read);
      chunk = read ?? undefined;
    }
    if (inspect?.(chunk ?? null) === false) return give("refused");
    const stop = clock.after(IDLE_MS, () => writer.abort(new Error("idle")).catch(() => {}));
    try {
      if (chunk === undefined) {
        await writer.close();
        return "whole";
      }
      await writer.write(chunk);
    } catch {
      return give("sink-gone");
    } finally {
      stop();
    }
    if (chunk !== first) buffer = chunk.buffer as ArrayBuffer;
    chunk = undefined;
  }
}

/** Null at the end. */
async function readChunk(
  reader: ReadableStreamBYOBReader,
  view: Uint8Array,
  clock: Clock,
): Promise<Uint8Array | null | "cut" | "idle"> {
  let idle = false;
  const stop = clock.after(IDLE_MS, () => {
    idle = true;
    reader.cancel().catch(() => {});
  });
  try {
    const { done, value } = await reader.read(view);
    if (idle) return "idle";
    return done ? null : value;
  } catch {
    return idle ? "idle" : "cut";
  } finally {
    stop();
  }
}
