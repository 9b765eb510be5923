/** One question of the Worker's own to GEN, outside any caller's request: asked once, its answer read whole. */
import type { Clock } from "../resilience/clock.ts";
import { attemptAs, type GenAccount } from "./account.ts";
import type { Outcome } from "./attempt.ts";
import type { GenConfig } from "./config.ts";
import type { Host } from "./operation.ts";

const TIMEOUT_MS = 10_000;

interface GenQuestion {
  readonly host: Host;
  readonly method: "GET" | "POST";
  /** Behind `/v1`, encoded, with its query. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** Statuses that are an answer though they look like a failure. */
  readonly alsoAnswers?: readonly number[];
}

export interface AskEnvironment {
  readonly config: GenConfig;
  readonly clock: Clock;
  readonly account: GenAccount;
  /** Until the answer is whole. 10 s where it is not given. */
  readonly timeoutMs?: number;
}

export function ask(
  question: GenQuestion,
  { config, clock, account, timeoutMs = TIMEOUT_MS }: AskEnvironment,
): Promise<Outcome> {
  const { host, method, path, body, alsoAnswers } = question;
  return attemptAs(account, {
    url: `${config.baseUrls[host]}${path}`,
    init: {
      method,
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body ?? null,
    },
    limitMs: timeoutMs,
    endsAt: clock.now() + timeoutMs,
    readWhole: true,
    alsoAnswers: alsoAnswers ?? [],
    callerSignal: null,
    clock,
  });
}
