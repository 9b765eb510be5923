/**
 * A request body too large to keep: passed on as it arrives, once. It may stand still for 30 s, no longer. From a
 * client confined to some agents it is looked through for a second `agent_id` on its way.
 */
import type { Clock } from "../resilience/clock.ts";
import { type Problem, refuse } from "./problem.ts";

export const IDLE_MS = 30_000;

export interface Upload {
  readonly stream: ReadableStream;
  /** Resolves when the last byte has gone to GEN; rejects when the body broke off. */
  readonly sent: Promise<void>;
  /** Why it was broken off here; null while nothing is wrong with it. */
  problem(): Problem | null;
}

export interface UploadSource {
  readonly first: Uint8Array;
  readonly rest: ReadableStreamDefaultReader<Uint8Array>;
  /** Bytes in all, when the caller said so. */
  readonly length: number | null;
  /** Sees each chunk before it goes, and null at the end; what it returns breaks the upload off. */
  readonly inspect: (chunk: Uint8Array | null) => Problem | null;
}

export function createUpload(source: UploadSource, clock: Clock): Upload {
  const { promise: sent, resolve, reject } = Promise.withResolvers<void>();
  sent.catch(() => {});
  let problem: Problem | null = null;
  let next: Uint8Array | null = source.first;

  const fail = (why: Problem) => {
    problem ??= why;
    source.rest.cancel().catch(() => {});
    reject(new Error(why.code));
    return new Error(why.code);
  };
  const readNext = async () => {
    if (next !== null) return next;
    const stop = clock.after(IDLE_MS, () => fail(refuse("request_timeout")));
    try {
      const { done, value } = await source.rest.read();
      return done ? null : value;
    } catch {
      throw fail(refuse("bad_request", { reason: "body_cut" }));
    } finally {
      stop();
    }
  };

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await readNext();
        next = null;
        const why = problem ?? source.inspect(chunk);
        if (why) return controller.error(fail(why));
        if (chunk) return controller.enqueue(chunk);
        resolve();
        controller.close();
      },
      cancel(reason) {
        source.rest.cancel(reason).catch(() => {});
        reject(reason);
      },
    },
    { highWaterMark: 0 },
  );
  // GEN sees the length that the caller announced; a body of another length breaks off.
  const sized = source.length === null ? stream : stream.pipeThrough(new FixedLengthStream(source.length));
  return { stream: sized, sent, problem: () => problem };
}
