/** A request body that is too large to keep. It is streamed to GEN once, as long as its inspection finds no problem. */
import { type Problem, refuse } from "../../problems/problem.ts";
import type { Clock } from "../../resilience/clock.ts";
import { pump } from "./pump.ts";

export interface Upload {
  readonly stream: ReadableStream;
  /** Resolves when the last byte was sent to GEN; rejects when the body was cut. */
  readonly sent: Promise<void>;
  /** Why it was aborted here; null while there is no problem. Problems of its first bytes are known at once. */
  problem(): Problem | null;
}

interface UploadSource {
  readonly first: Uint8Array;
  readonly rest: ReadableStream<Uint8Array>;
  /** The announced total in bytes; null when none was announced. */
  readonly length: number | null;
  /** Called with each chunk before it is sent, and with null at the end. A problem aborts the upload. */
  readonly inspect: (chunk: Uint8Array | null) => Problem | null;
}

export function createUpload({ first, rest, length, inspect }: UploadSource, clock: Clock): Upload {
  // GEN gets the announced length. A body of a different length is cut.
  const { readable, writable } = length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
  let problem: Problem | null = null;
  let seen = 0;
  const look = (chunk: Uint8Array | null) => {
    seen += chunk?.byteLength ?? 0;
    problem ??= inspect(chunk);
    // At the last byte GEN has the whole body, so its end must be inspected before that byte is sent.
    if (seen === length) problem ??= inspect(null);
    return problem === null;
  };
  const isFit = look(first);
  const check = (chunk: Uint8Array | null) => (chunk === first ? isFit : look(chunk));
  const sent = pump({ source: rest, sink: writable, first, clock, inspect: check }).then((end) => {
    if (end === "idle") problem = refuse("request_timeout");
    if (end === "cut") problem = refuse("bad_request", { reason: "body_cut" });
    if (end !== "whole") throw new Error(end);
  });
  sent.catch(() => {});
  return { stream: readable, sent, problem: () => problem };
}
