/** One request of the Worker's own to GEN, outside any caller's request: sent once, the answer read whole. */
import type { Clock } from "../resilience/clock.ts";
import { attemptAs, type GenAccount } from "./account.ts";
import type { Outcome } from "./attempt.ts";
import type { GenConfig } from "./config.ts";
import type { Host } from "./operation.ts";

const TIMEOUT_MS = 10_000;

interface GenQuestion {
  readonly host: Host;
  readonly method: "GET" | "POST";
  /** The path after `/v1`, encoded, with its query. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string;
  /** Error statuses that count as an answer. */
  readonly alsoAnswers?: readonly number[];
}

export interface AskEnvironment {
  readonly config: GenConfig;
  readonly clock: Clock;
  readonly account: GenAccount;
  /** Time limit for the whole answer. Default: 10 s. */
  readonly timeoutMs?: number;
  /** Size limit for the answer. Default: 1 MiB. */
  readonly maxBytes?: number;
}

export function ask(
  question: GenQuestion,
  { config, clock, account, timeoutMs = TIMEOUT_MS, maxBytes }: AskEnvironment,
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
    maxBytes,
    alsoAnswers: alsoAnswers ?? [],
    callerSignal: null,
    clock,
  });
}
