/** Input and output of a durable call: plain data, passed to and from its object. */
import type { Failure } from "../gen/failure.ts";
import type { OperationName } from "../gen/operations.ts";
import type { Listener } from "../generations/state.ts";
import type { TrackedJob } from "../generations/tracked-job.ts";
import type { Left, Shortage } from "../money/budget.ts";
import type { Spending } from "../money/spending.ts";
import type { AttemptRecord } from "../observability/event.ts";
import type { CallState, Mode, NotChargedReason } from "./states/state.ts";
import type { StoryEntry } from "./states/story.ts";

/** One request for a durable call. */
export interface Submission {
  /** Hash of client and key: the object's name, and the id in `/v1/calls/:id`. */
  readonly callId: string;
  readonly clientId: string;
  /** Of the request that submitted it; not of those that joined it. Null for a run's call. */
  readonly requestId: string | null;
  /** Its caller's word for what the call is for (`X-GenEdge-Tag`). Absent in calls of earlier versions. */
  readonly tag?: string | null;
  readonly operation: OperationName;
  /** The path after `/v1`, encoded. */
  readonly path: string;
  readonly search: string;
  readonly params: Readonly<Record<string, string>>;
  readonly agentId: string | null;
  /** The headers that GEN gets, without the idempotency key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** Hash of method, path, query and body as GEN gets them. Detects the same key with a different request. */
  readonly fingerprint: string;
  readonly mode: Mode;
  readonly async: boolean;
  /** If the key's call is still live: whether to wait for it (`Prefer: wait`) or to report that it is in flight. */
  readonly join: boolean;
  /** The GEN account used for the call. */
  readonly account: string;
  readonly spending: Spending;
  /** The number of generations it starts, as budgets count them. Default: 1. */
  readonly charges?: number;
  /** The pipeline run that waits for the end of the call and of the jobs it starts. */
  readonly listener: Listener | null;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: Uint8Array;
}

/** What the caller of a durable call is told. */
export type CallView =
  | {
      readonly kind: "answered";
      readonly answer: Answer;
      readonly replayed: boolean;
      readonly jobs: readonly TrackedJob[];
      /** Whether the jobs it started have a tracker yet. */
      readonly followed: boolean;
    }
  /** Nothing happened at GEN. */
  | {
      readonly kind: "not_charged";
      readonly failure: Failure | null;
      readonly retryAfterMs: number | null;
      readonly why: NotChargedReason;
      /** GEN's estimate in credits; null when it was not requested. */
      readonly price: number | null;
      /** The budget of which too little was left; null when it was not that, or is not known. */
      readonly shortage: Shortage | null;
    }
  | { readonly kind: "unknown"; readonly failure: Failure | null; readonly repeated: boolean }
  | { readonly kind: "pending" }
  /** GEN may be working on it and asked to be called again. The object also does that by itself. */
  | { readonly kind: "deferred"; readonly answer: Answer }
  /** Accepted; it continues without its caller. */
  | { readonly kind: "accepted" }
  | { readonly kind: "in-flight" }
  /** It was carried out, but GEN's answer is no longer stored. */
  | { readonly kind: "expired" }
  | { readonly kind: "reused" };

export interface Submitted {
  readonly view: CallView;
  readonly credits: CallCredits;
  readonly attempts: readonly AttemptRecord[];
}

/** What a call was estimated to cost, and what its reservation left of its budgets. Null or empty: not asked for. */
export interface CallCredits {
  readonly estimate: number | null;
  readonly left: Left;
}

/** A durable call as its owner sees it at `/v1/calls/:id`. */
export interface CallReport {
  readonly clientId: string;
  readonly operation: OperationName;
  readonly requestId: string | null;
  readonly agentId: string | null;
  readonly sheetId: string | null;
  readonly cellId: string | null;
  readonly tag: string | null;
  readonly runId: string | null;
  /** When something is due next; null when nothing is. Milliseconds since the epoch. */
  readonly nextAt: number | null;
  /** Oldest first. */
  readonly story: readonly StoryEntry[];
  readonly state: CallState["kind"];
  readonly acceptedAt: number;
  readonly sends: number;
  readonly charged: "no" | "yes" | "unknown";
  /** Its client has cancelled it, and that was done or is still possible. */
  readonly cancelWanted: boolean;
  /** Whether the jobs it started were stopped for its client; null while unknown, and when nobody cancelled it. */
  readonly stopped: boolean | null;
  /** GEN carried it out without naming what it started, and that was not found: an operator must look. */
  readonly untraced: boolean;
  readonly jobs: readonly TrackedJob[];
  /** Where the ledger has its charge: the time in milliseconds, and the epoch. Null when nothing was booked. */
  readonly booked: { readonly at: number; readonly epoch: number } | null;
  /** The budget of which too little was left for it; null when it was not that, or is not known. */
  readonly shortage: Shortage | null;
  readonly answer: Answer | null;
  readonly failure: Failure | null;
}
