/**
 * A GEN account: the key in use, and the next one while it is changed. When GEN refuses one of them, the other is tried,
 * once; if that one is good, it is in use from then on, so a key can be changed without a pause.
 */
import type { Log } from "../observability/log.ts";
import { type AttemptTask, attempt, type Outcome } from "./attempt.ts";
import { isKeyRejection } from "./failure.ts";
import { KeyGuard } from "./key-guard.ts";

/** The account of whoever names none. */
export const DEFAULT_ACCOUNT = "default";

export type Accounts = ReadonlyMap<string, GenAccount>;

/** What GEN has refused to do. */
export interface RefusedCall {
  readonly requestId: string | null;
  readonly operation: string;
}

export class GenAccount {
  readonly name: string;
  readonly guard = new KeyGuard();
  readonly #log: Log;
  #keys: readonly string[];

  /** One key, or two. */
  constructor(name: string, keys: readonly string[], log: Log) {
    this.name = name;
    this.#keys = keys;
    this.#log = log;
  }

  /** The one in use first. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  use(key: string): void {
    if (key === this.#keys[0]) return;
    this.#keys = [key, ...this.#keys.filter((each) => each !== key)];
    this.#log("warn", { message: "gen_key_fell_over", account: this.name });
  }

  /** GEN refuses its key. A line of its own, at error level: an operator has to act, and an alert can be set on it. */
  alert({ requestId, operation }: RefusedCall): void {
    this.#log("error", { message: "gen_key_rejected", account: this.name, request_id: requestId, operation });
  }
}

/** One attempt under the account's key, and one more under its other key if GEN refuses the first. A stream is sent once. */
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

/** GEN itself has spoken, be it to refuse: a broken connection says nothing of a key. */
function isGenAnswer(outcome: Outcome): boolean {
  return outcome.kind !== "failure" || (outcome.failure.kind === "status" && outcome.failure.error.code !== null);
}
