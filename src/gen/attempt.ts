/**
 * One attempt at GEN: one fetch, one outcome. Never throws. Never follows a redirect, so the key goes to GEN's hosts
 * only. Clears its timer at the headers, because a live one was seen to cut off a body that was still streaming.
 */
import { parseRetryAfter } from "../resilience/retry-after.ts";
import { AttemptLimits, type AttemptTerms } from "./attempt-limits.ts";
import { parseErrorBody } from "./error-body.ts";
import type { Failure } from "./failure.ts";
import { readBody } from "./read-body.ts";

/**
 * Encodings that the runtime requests and decodes by itself. A body in another one would reach the caller undecoded.
 */
const DECODED: ReadonlySet<string> = new Set(["", "gzip", "br", "identity"]);
const MAX_ERROR_BODY_BYTES = 64 * 1_024;
const MAX_ERROR_BODY_MS = 2_000;
const MAX_WHOLE_BODY_BYTES = 1_024 * 1_024;

export type Outcome =
  /** The answer with its body unread. `abort` stops the body, whoever reads it */
  | { readonly kind: "answer"; readonly response: Response; readonly abort: () => void }
  /** The answer with its whole body. */
  | { readonly kind: "whole-answer"; readonly response: Response; readonly body: Uint8Array<ArrayBuffer> }
  | { readonly kind: "failure"; readonly failure: Failure }
  | { readonly kind: "caller-gone" };

export interface AttemptTask extends AttemptTerms {
  readonly url: string;
  readonly init: {
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Uint8Array | ReadableStream | string | null;
  };
  /** GEN's key. It is added to requests only here, and removed from GEN's error texts here. */
  readonly apiKey: string;
  /** When all work must have ended; bounds the bodies that are read here. Milliseconds since the epoch. */
  readonly endsAt: number;
  readonly readWhole: boolean;
  /** The longest answer that is read whole. Default: 1 MiB. */
  readonly maxBytes?: number | undefined;
  /** Error statuses that count as an answer. */
  readonly alsoAnswers: readonly number[];
}

export async function attempt(task: AttemptTask): Promise<Outcome> {
  const limits = new AttemptLimits(task);
  let response: Response;
  try {
    response = await fetch(task.url, {
      method: task.init.method,
      headers: { ...task.init.headers, "x-api-key": task.apiKey },
      body: task.init.body,
      redirect: "manual",
      signal: limits.signal,
    });
  } catch {
    if (limits.callerGone) return { kind: "caller-gone" };
    return failed({ kind: limits.timedOut ? "timeout" : "lost" });
  } finally {
    limits.release();
  }
  return classify(response, task, limits);
}

async function classify(response: Response, task: AttemptTask, limits: AttemptLimits): Promise<Outcome> {
  const { status } = response;
  if ((status >= 200 && status < 300) || task.alsoAnswers.includes(status)) return accept(response, task, limits);
  if (status < 400) {
    discard(response.body);
    return failed({ kind: "unreadable", status });
  }
  const retryAfterMs = parseRetryAfter(response.headers, task.clock.now());
  const maxMs = Math.min(Math.max(0, task.endsAt - task.clock.now()), MAX_ERROR_BODY_MS);
  const read = await readBody(response.body, { maxBytes: MAX_ERROR_BODY_BYTES, maxMs, clock: task.clock });
  if (read.kind === "too-long") discard(read.rest);
  const error = parseErrorBody(status, new TextDecoder().decode(read.bytes), [task.apiKey]);
  return failed({ kind: "status", status, error, retryAfterMs });
}

async function accept(response: Response, task: AttemptTask, { abort }: AttemptLimits): Promise<Outcome> {
  const { status } = response;
  const encoding = response.headers.get("content-encoding") ?? "";
  const isEncoded = !DECODED.has(encoding.trim().toLowerCase());
  if (isEncoded || /\btext\/html\b/i.test(response.headers.get("content-type") ?? "")) {
    discard(response.body);
    return failed({ kind: "unreadable", status });
  }
  if (!task.readWhole) return { kind: "answer", response, abort };
  const { clock, maxBytes = MAX_WHOLE_BODY_BYTES } = task;
  const maxMs = Math.max(0, task.endsAt - clock.now());
  const read = await readBody(response.body, { maxBytes, maxMs, clock });
  switch (read.kind) {
    case "whole":
      return { kind: "whole-answer", response, body: read.bytes };
    case "too-long":
      discard(read.rest);
      return failed({ kind: "unreadable", status });
    case "cut":
      return failed({ kind: "cut", status });
  }
}

/** Frees the connection: an unread body occupies one of the six that a Worker may have open. */
function discard(body: { cancel(): Promise<void> } | null): void {
  body?.cancel().catch(() => {});
}

function failed(failure: Failure): Outcome {
  return { kind: "failure", failure };
}

/** The outcome in one word, for the log. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "answer":
    case "whole-answer":
      return String(outcome.response.status);
    case "caller-gone":
      return outcome.kind;
    case "failure":
      return outcome.failure.kind === "status" ? String(outcome.failure.status) : outcome.failure.kind;
  }
}
