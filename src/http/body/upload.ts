/** A request body too large to keep: passed on as it arrives, once, while what looks through it finds nothing wrong. */

import { type Problem, refuse } from "../../problems/problem.ts";
import type { Clock } from "../../resilience/clock.ts";
import { pump } from "./pump.ts";

export interface Upload {
  readonly stream: ReadableStream;
  /** Resolves when the last byte has gone to GEN; rejects when the body broke off. */
  readonly sent: Promise<void>;
  /** Why it was broken off here; null while nothing is wrong with it. What is wrong with its first bytes is known at once. */
  problem(): Problem | null;
}

interface UploadSource {
  readonly first: Uint8Array;
  readonly rest: ReadableStream<Uint8Array>;
  /** Bytes in all, when the caller said so. */
  readonly length: number | null;
  /** Sees each chunk before it goes, and null at the end; what it returns breaks the upload off. */
  readonly inspect: (chunk: Uint8Array | null) => Problem | null;
}

export function createUpload({ first, rest, length, inspect }: UploadSource, clock: Clock): Upload {
  // GEN sees the length that the caller announced; a body of another length breaks off.
  const { readable, writable } = length === null ? new IdentityTransformStream() : new FixedLengthStream(length);
  let problem: Problem | null = null;
  let seen = 0;
  const look = (chunk: Uint8Array | null) => {
    seen += chunk?.byteLength ?? 0;
    problem ??= inspect(chunk);
    // With its last byte a body of a known length is whole: what is wrong with its end must be seen before that goes.
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
