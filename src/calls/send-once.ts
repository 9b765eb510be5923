/** Sends a durable call to GEN, once. That it is being sent must have been stored before. */
import { sha256Hex } from "../encoding/hash.ts";
import { attemptAs, type GenAccount } from "../gen/account.ts";
import type { Outcome } from "../gen/attempt.ts";
import { setBodyKey } from "../gen/body-key.ts";
import type { GenConfig } from "../gen/config.ts";
import { findOperation, listAnswerStatuses, selectKeyPlace } from "../gen/operations.ts";
import type { Clock } from "../resilience/clock.ts";
import type { Submission } from "./call.ts";

interface SendEnvironment {
  readonly config: GenConfig;
  readonly account: GenAccount;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

export async function sendOnce(submission: Submission, epoch: number, env: SendEnvironment): Promise<Outcome> {
  const operation = findOperation(submission.operation);
  const { config, clock, timeoutMs } = env;
  const key = await deriveEpochKey(submission.callId, epoch);
  const place = selectKeyPlace(operation);
  return attemptAs(env.account, {
    url: `${config.baseUrls[operation.host]}${submission.path}${submission.search}`,
    init: {
      method: operation.method,
      headers: {
        ...submission.headers,
        ...(place === "header" ? { "idempotency-key": key } : {}),
      },
      body: place === "body" ? placeKey(submission.body, key) : submission.body,
    },
    limitMs: timeoutMs,
    endsAt: clock.now() + timeoutMs,
    readWhole: true,
    alsoAnswers: listAnswerStatuses(operation),
    callerSignal: null,
    clock,
  });
}

/** GEN's key: a hash of client, the caller's key and epoch. 64 hex digits fit every limit that GEN documents. */
function deriveEpochKey(callId: string, epoch: number): Promise<string> {
  return sha256Hex(`${callId}:${epoch}`);
}

/** Whether the body can hold the key was checked when the call was accepted. */
function placeKey(body: Uint8Array | null, key: string): Uint8Array | null {
  const text = setBodyKey(body === null ? "" : new TextDecoder().decode(body), key);
  return text === null ? body : new TextEncoder().encode(text);
}
