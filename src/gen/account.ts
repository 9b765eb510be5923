/**
 * A GEN account: its key in use and, during a rotation, the next key. When GEN refuses one of them the other is tried
 * once. If that one is accepted it becomes the key in use, so keys can be rotated without downtime.
 */
import type { Log } from "../observability/log.ts";
import { type AttemptTask, attempt, type Outcome } from "./attempt.ts";
import { isKeyRejection } from "./failure.ts";
import { KeyGuard } from "./key-guard.ts";

/** The account of clients whose policy names none. */
export const DEFAULT_ACCOUNT = "default";

export type Accounts = ReadonlyMap<string, GenAccount>;

/** The call whose key GEN refused. */
export interface RefusedCall {
  readonly requestId: string | null;
  readonly operation: string;
}

export class GenAccount {
  readonly name: string;
  readonly guard = new KeyGuard();
  readonly #log: Log;
  #keys: readonly string[];

  /** `keys`: one, or two during a rotation. */
  constructor(name: string, keys: readonly string[], log: Log) {
    this.name = name;
    this.#keys = keys;
    this.#log = log;
  }

  /** The key in use comes first. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  use(key: string): void {
    if (key === this.#keys[0]) return;
    this.#keys = [key, ...this.#keys.filter((each) => each !== key)];
    this.#log("warn", { message: "gen_key_fell_over", account: this.name });
  }

  /**
   * Logs that GEN refuses this account's key. A separate line at error level, so that an alert can be set on it: an
   * operator must act.
   */
  alert({ requestId, operation }: RefusedCall): void {
    this.#log("error", { message: "gen_key_rejected", account: this.name, request_id: requestId, operation });
  }
}

/**
 * One attempt with the account's key, and one more with its other key if GEN refuses the first. A streamed body can be
 * sent only once.
 */
export async function attemptAs(account: GenAccount, task: Omit<AttemptTask, "apiKey">): Promise<Outcome> {
  const [apiKey = "", other] = account.keys;
  const outcome = await attempt({ ...task, apiKey });
  if (!isRefusedKey(outcome) || other === undefined || task.init.body instanceof ReadableStream) return outcome;
  const second = await attempt({ ...task, apiKey: other });
  if (isGenAnswer(second) && !isRefusedKey(second)) account.use(other);
  return second;
}

export function isRefusedKey(outcome: Outcome): boolean {
  return outcome.kind === "failure" && isKeyRejection(outcome.failure);
}

/** Whether GEN itself answered, even with an error. A broken connection says nothing about a key. */
function isGenAnswer(outcome: Outcome): boolean {
  return outcome.kind !== "failure" || (outcome.failure.kind === "status" && outcome.failure.error.code !== null);
}
