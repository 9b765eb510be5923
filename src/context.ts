import type { Config } from "./env.ts";
import { DEFAULT_ACCOUNT, type GenAccount } from "./gen/account.ts";
import type { AskEnvironment } from "./gen/ask.ts";
import type { GenState } from "./gen/config.ts";
import type { Objects } from "./objects/gate.ts";
import type { Log } from "./observability/log.ts";
import type { Clock } from "./resilience/clock.ts";

/** `unclear`: the switch can't be reached, and what was last known of it is too old. */
export type ChargesJudgement = "open" | "paused" | "unclear";

/** What the switch of charges has said, and when it was asked. Milliseconds since the epoch. */
export interface ChargesKnowledge {
  readonly isPaused: boolean;
  readonly at: number;
}

/** Whether what costs credits may be sent (`money/charges-gate.ts`). */
export interface Charges {
  readonly known: ChargesKnowledge | null;
  judge(): Promise<ChargesJudgement>;
  /** Takes over what another isolate knows, or what the switch was just set to. */
  learn(known: ChargesKnowledge): void;
}

/** State that an isolate keeps between events, for every folder above `gen`. Created once from the environment. */
export interface Isolate {
  /** The bindings. Use `objects` for Durable Objects, and `config` for variables and secrets. */
  readonly env: Env;
  readonly objects: Objects;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly gen: GenState;
  readonly charges: Charges;
}

/**
 * What asking GEN needs. For an account that is no longer configured the default account's key is used; asking costs
 * nothing.
 */
export function toAskEnvironment({ config, clock, gen }: Isolate, account: string): AskEnvironment {
  return { config: config.gen, clock, account: gen.accounts.get(account) ?? defaultAccount(gen) };
}

export function defaultAccount({ accounts }: GenState): GenAccount {
  const account = accounts.get(DEFAULT_ACCOUNT);
  if (account === undefined) throw new Error("There is no default account.");
  return account;
}
