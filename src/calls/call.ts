/** What goes into a durable call and what comes out of it: plain data, passed to and from its object. */

import type { Failure } from "../gen/failure.ts";
import type { OperationName } from "../gen/operations.ts";
import type { Listener } from "../generations/state.ts";
import type { TrackedJob } from "../generations/tracked-job.ts";
import type { Allowance } from "../money/price.ts";
import type { AttemptRecord } from "../observability/event.ts";
import type { CallState, Mode, NotChargedReason } from "./state.ts";

/** One request for a durable call. */
export interface Submission {
  /** Hash of client and key: the object's name, and the id in `/v1/calls/:id`. */
  readonly callId: string;
  readonly clientId: string;
  readonly operation: OperationName;
  /** Behind `/v1`, encoded. */
  readonly path: string;
  readonly search: string;
  readonly params: Readonly<Record<string, string>>;
  readonly agentId: string | null;
  /** As GEN gets them, but for the idempotency key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Hash of method, path, query and body as GEN gets them: the same key with another request is a mistake. */
  readonly fingerprint: string;
  readonly mode: Mode;
  readonly async: boolean;
  /** Whether a request under a live key waits for it (`Prefer: wait`), or is told that it is in flight. */
  readonly join: boolean;
  /** The GEN account that it is made with. */
  readonly account: string;
  /** What its client may spend. */
  readonly allowance: Allowance;
  /** How many generations it starts: so many does a quota count. 1, where it is not said. */
  readonly charges?: number;
  /** The run that waits for its end, and for the end of what it starts. */
  readonly listener: Listener | null;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: Uint8Array;
}

/** What a caller of a durable call learns. */
export type CallView =
  | {
      readonly kind: "answered";
      readonly answer: Answer;
      readonly replayed: boolean;
      readonly jobs: readonly TrackedJob[];
      /** Whether the trackers of what it has started know of it. */
      readonly followed: boolean;
    }
  /** Nothing happened. */
  | {
      readonly kind: "not_charged";
      readonly failure: Failure | null;
      readonly retryAfterMs: number | null;
      readonly why: NotChargedReason;
      /** Credits, by GEN's estimate; null where it was not asked for. */
      readonly price: number | null;
    }
  | { readonly kind: "unknown"; readonly failure: Failure | null; readonly repeated: boolean }
  | { readonly kind: "pending" }
  /** GEN may be at work on it, and wants to be asked again: that goes on by itself, too. */
  | { readonly kind: "deferred"; readonly answer: Answer }
  /** Taken, and going on by itself. */
  | { readonly kind: "accepted" }
  | { readonly kind: "in-flight" }
  /** It was carried out, and GEN's answer is no longer kept. */
  | { readonly kind: "expired" }
  | { readonly kind: "reused" };

export interface Submitted {
  readonly view: CallView;
  readonly attempts: readonly AttemptRecord[];
}

/** A durable call as its owner sees it at `/v1/calls/:id`. */
export interface CallReport {
  readonly clientId: string;
  readonly operation: OperationName;
  readonly state: CallState["kind"];
  readonly acceptedAt: number;
  readonly sends: number;
  readonly charged: "no" | "yes" | "unknown";
  /** Its client has called it off, and that can still be done, or was. */
  readonly cancelWanted: boolean;
  /** Whether what it has started was stopped for its client; null while that is not known, or not wanted. */
  readonly stopped: boolean | null;
  /** GEN has done it without saying what it started, and that was not found: a person must look. */
  readonly untraced: boolean;
  readonly jobs: readonly TrackedJob[];
  readonly answer: Answer | null;
  readonly failure: Failure | null;
}
