/**
 * Calls GEN: builds the request, attempts it within the deadline, reports the answer or the failure. Elsewhere it is
 * decided what callers are told about a failure.
 */
import { Backoff } from "../resilience/backoff.ts";
import type { Clock } from "../resilience/clock.ts";
import type { Deadline } from "../resilience/deadline.ts";
import { type Blame, retry } from "../resilience/retry.ts";
import type { Veto } from "../resilience/veto.ts";
import { attemptAs, type GenAccount } from "./account.ts";
import type { Outcome } from "./attempt.ts";
import { checkKey } from "./check-key.ts";
import type { GenConfig, GenState } from "./config.ts";
import {
  type Failure,
  isAmbiguous,
  isKeyRejection,
  isRepeatable,
  isRetryable,
  KEY_REJECTION,
  toRetryAfterMs,
} from "./failure.ts";
import type { Operation } from "./operation.ts";
import { listAnswerStatuses } from "./operations.ts";

const RATE_LIMIT_BACKOFF_MS = 1_000;
const BACKOFF_CAP_MS = 2_000;
const MIN_CHECK_MS = 500;

export type CallBody =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /**
   * Too large to keep, so it can be sent only once. `sent` resolves after its last byte. `isAbortedBySender`: it was cut
   * or refused because of its sender.
   */
  | {
      readonly kind: "stream";
      readonly stream: ReadableStream;
      readonly sent: Promise<void>;
      readonly isAbortedBySender: () => boolean;
    };

export interface GenCall {
  readonly operation: Operation;
  /** The path after `/v1`, encoded. */
  readonly path: string;
  /** The query with its `?`, or empty. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: CallBody;
}

export type GenResult =
  | {
      readonly kind: "answer";
      readonly response: Response;
      /** Null while it is unread; then `abort` stops it. */
      readonly body: Uint8Array<ArrayBuffer> | null;
      readonly abort: () => void;
    }
  /** A repeated DELETE found nothing: an earlier attempt had deleted it. */
  | { readonly kind: "already-deleted" }
  | { readonly kind: "caller-gone" }
  | {
      readonly kind: "failure";
      /** Null when no attempt was made. */
      readonly failure: Failure | null;
      readonly veto: Veto;
      /** At least one attempt may have been carried out. */
      readonly ambiguous: boolean;
      readonly retryAfterMs: number | null;
    };

interface CallEnvironment {
  readonly config: GenConfig;
  readonly state: GenState;
  readonly account: GenAccount;
  /** The client of this call. Failures that only this client sees must not block others. */
  readonly by: string;
  /** Null for work outside of a request. */
  readonly requestId: string | null;
  readonly deadline: Deadline;
  readonly clock: Clock;
  readonly onAttempt: (outcome: Outcome, ms: number, waitedMs: number) => void;
}

export async function callGen(call: GenCall, env: CallEnvironment): Promise<GenResult> {
  const { operation } = call;
  const { account, clock, config, deadline, state } = env;
  if (account.guard.isRejected(clock.now())) return REMEMBERED_REJECTION;
  let ambiguous = false;

  const report = await retry<Outcome>({
    attempt: (limitMs) => attemptAs(account, toAttempt(call, env, limitMs)),
    judge: (outcome) => {
      if (outcome.kind === "caller-gone") return CALLER_GONE;
      if (outcome.kind !== "failure") return null;
      ambiguous ||= isAmbiguous(outcome.failure);
      return { ...judge(call, outcome.failure, config), blame: selectBlame(call, outcome.failure, env) };
    },
    onAttempt: env.onAttempt,
    deadline,
    health: state.health[operation.host],
    by: env.by,
    pauseGroup: operation.scope,
    backoff: new Backoff(config.backoffBaseMs, BACKOFF_CAP_MS),
    maxAttempts: config.maxAttempts,
    attemptTimeoutMs: config.attemptTimeoutMs,
    clock,
  });

  const { outcome, veto, retryAfterMs } = report;
  if (outcome?.kind === "answer") return { ...outcome, body: null };
  if (outcome?.kind === "whole-answer") return { ...outcome, kind: "answer", abort: () => {} };
  if (veto === null || outcome?.kind === "caller-gone") return { kind: "caller-gone" };
  const failure = outcome?.failure ?? null;
  if (isKeyRejection(failure)) await checkKeyInTime(operation, env);
  if (ambiguous && operation.method === "DELETE" && isGone(failure)) return { kind: "already-deleted" };
  return { kind: "failure", failure, veto, ambiguous, retryAfterMs: retryAfterMs ?? toRetryAfterMs(failure) };
}

/** Uses what is left of the caller's time and subrequests. If that is too little, the next refused call checks. */
async function checkKeyInTime(operation: Operation, env: CallEnvironment): Promise<void> {
  const { deadline, requestId } = env;
  const leftMs = deadline.remaining(env.clock.now());
  if (leftMs < MIN_CHECK_MS || deadline.subrequestsLeft <= 0) return;
  deadline.takeSubrequest();
  await checkKey({ requestId, operation: operation.name }, env, leftMs);
}

function toAttempt(call: GenCall, env: CallEnvironment, limitMs: number) {
  const { operation, body } = call;
  const { config, clock, deadline } = env;
  return {
    url: `${config.baseUrls[operation.host]}${call.path}${call.search}`,
    init: {
      method: operation.method,
      headers: call.headers,
      body: body.kind === "bytes" ? body.bytes : body.kind === "stream" ? body.stream : null,
    },
    limitMs,
    endsAt: body.kind === "stream" ? Number.POSITIVE_INFINITY : deadline.endsAt,
    ...(body.kind === "stream" ? { sent: body.sent } : {}),
    readWhole: (operation.replay === "keyed" || operation.charged) && body.kind !== "stream",
    alsoAnswers: listAnswerStatuses(operation),
    // A charged call is not aborted when its caller disconnects: GEN may be carrying it out, and aborting would only
    // hide the outcome.
    callerSignal: operation.charged ? null : () => deadline.signal,
    clock,
  };
}

/** An answer that was still incomplete at the deadline was cut off by this Worker, not by the host. */
function selectBlame({ body }: GenCall, { kind }: Failure, { clock, deadline }: CallEnvironment): Blame {
  if (body.kind === "stream" && body.isAbortedBySender()) return "caller";
  const isOver = kind === "timeout" || (kind === "cut" && deadline.remaining(clock.now()) === 0);
  return isOver ? "time" : "host";
}

function judge(call: GenCall, failure: Failure, config: GenConfig) {
  const status = failure.kind === "status" ? failure.status : null;
  return {
    retryable: isRetryable(failure),
    repeatable: call.body.kind !== "stream" && isRepeatable(call.operation, failure),
    retryAfterMs: isRetryable(failure) ? toRetryAfterMs(failure) : null,
    backoffBaseMs: status === 429 ? Math.max(RATE_LIMIT_BACKOFF_MS, config.backoffBaseMs) : config.backoffBaseMs,
  };
}

const CALLER_GONE = {
  retryable: false,
  repeatable: false,
  retryAfterMs: null,
  backoffBaseMs: 0,
  blame: "caller",
} as const;

function isGone(failure: Failure | null): boolean {
  return failure?.kind === "status" && failure.status === 404 && failure.error.code !== null;
}

const REMEMBERED_REJECTION: GenResult = {
  kind: "failure",
  failure: KEY_REJECTION,
  veto: "not-retryable",
  ambiguous: false,
  retryAfterMs: null,
};
