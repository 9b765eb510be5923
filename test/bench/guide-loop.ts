/**
 * The retry loop that GEN's guide recommends, written from its description: 429, 500, 502 and 503 are tried again at
 * most three times, after a wait that doubles from 1 s up to 30 s. It has no time limit, and the guide says nothing of
 * lost connections.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Caller } from "./caller.ts";

const RETRIED = new Set([429, 500, 502, 503]);
const RETRIES = 3;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 30_000;

export interface GuideTask {
  readonly url: string;
  readonly apiKey: string;
  /** The time limit of the loop's caller: the loop itself never ends when GEN hangs. */
  readonly signal: AbortSignal;
  /** A generous reading of the guide: a lost connection is tried again, too. */
  readonly retriesLost?: boolean;
  /** A factor for the waits; below 1 where only the number of requests counts, not how long they take. */
  readonly waitFactor?: number;
}

/** True when it got an answer that is a success. */
export async function askAsTheGuideSays(caller: Caller, task: GuideTask): Promise<boolean> {
  const { url, apiKey, signal, retriesLost = false, waitFactor = 1 } = task;
  for (let retries = 0; ; retries++) {
    const answer: Answer = await caller.get(url, { "x-api-key": apiKey }, signal);
    if (answer.status >= 200 && answer.status < 300) return true;
    const retried = RETRIED.has(answer.status) || (retriesLost && answer.status === 0);
    if (!retried || retries === RETRIES || signal.aborted) return false;
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** retries, MAX_WAIT_MS) * waitFactor;
    const slept = await sleep(waitMs, true, { signal }).catch(() => false);
    if (!slept) return false;
  }
}
