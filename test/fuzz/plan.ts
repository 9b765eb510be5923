/** A case as it is sent, and the answers that are allowed. */
import type { Answer } from "./http-reader.ts";

/** Writes to a socket, one after the other. */
export type Part =
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  /** The same bytes many times, so that a huge body is never completely in memory here. */
  | { readonly kind: "repeat"; readonly bytes: Buffer; readonly times: number }
  | { readonly kind: "pause"; readonly ms: number };

/** What the client does after the last write. */
export type Ending = "read" | "half-close" | { readonly leaveAfterMs: number };

export interface Plan {
  /** A short description for the report. */
  readonly what: string;
  readonly parts: readonly Part[];
  /** The methods of its requests, in order: an answer to HEAD has no body. */
  readonly methods: readonly string[];
  /** The bytes are not HTTP: the platform may refuse them by itself, or break off. */
  readonly isBroken: boolean;
  /** How many clients send it at the same moment. */
  readonly times: number;
  readonly ending: Ending;
  /** The time within which the answer's first byte must come. */
  readonly budgetMs: number;
  /** Whether it contains GEN's key or another secret: then an answer may repeat what its caller already knows. */
  readonly isPlanted: boolean;
  /** The request id by which its line is found in the log; null when the request has a malformed one. */
  readonly requestId: string | null;
  /** The trace by which its requests at GEN are found; null for one that may have a trace of its own. */
  readonly traceId: string | null;
  /** Its client is confined to agent 42. */
  readonly isConfined: boolean;
  /** What else must hold of each answer. */
  readonly judge: Judge | null;
}

/** Lists what is wrong with an answer. */
export type Judge = (answer: Answer) => readonly string[] | Promise<readonly string[]>;

export function bytes(text: string | Uint8Array): Part {
  return { kind: "bytes", bytes: typeof text === "string" ? Buffer.from(text, "latin1") : Buffer.from(text) };
}

export function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => {
    if (part.kind === "pause") return sum;
    return sum + part.bytes.length * (part.kind === "repeat" ? part.times : 1);
  }, 0);
}
