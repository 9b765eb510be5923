/** A case as it goes over the wire, and what may come of it. */

/** What is written to a socket, one after the other. */
export type Part =
  | { readonly kind: "bytes"; readonly bytes: Buffer }
  /** The same bytes many times: a bomb that is never whole in memory here. */
  | { readonly kind: "repeat"; readonly bytes: Buffer; readonly times: number }
  | { readonly kind: "pause"; readonly ms: number };

/** What the client does once all is written. */
export type Ending = "read" | "half-close" | { readonly leaveAfterMs: number };

export interface Plan {
  /** In a few words, for the report. */
  readonly what: string;
  readonly parts: readonly Part[];
  /** Of the requests in it, in order: an answer to HEAD has no body. */
  readonly methods: readonly string[];
  /** No HTTP: the platform may refuse it by itself, or break off. */
  readonly isBroken: boolean;
  /** How many send the same at the same moment. */
  readonly times: number;
  readonly ending: Ending;
  /** Within which the answer's first byte must come. */
  readonly budgetMs: number;
  /** Whether GEN's key, or another secret, stands in it: then an answer may repeat what its caller knows. */
  readonly isPlanted: boolean;
  /** By which its line in the Worker's log is found; null when the request names an odd one. */
  readonly requestId: string | null;
  /** The trace by which GEN's side knows a request of a client confined to agent 42; null for others. */
  readonly traceId: string | null;
}

export function bytes(text: string | Uint8Array): Part {
  return { kind: "bytes", bytes: typeof text === "string" ? Buffer.from(text, "latin1") : Buffer.from(text) };
}

export function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => {
    if (part.kind === "pause") return sum;
    return sum + part.bytes.length * (part.kind === "repeat" ? part.times : 1);
  }, 0);
}
