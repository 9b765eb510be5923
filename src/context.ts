import type { ClientDirectory } from "./access/client-directory.ts";
import type { FailedAttempts } from "./access/failed-attempts.ts";
import type { JwtVerifier } from "./access/jwt.ts";
import type { Client } from "./access/policy.ts";
import type { Config } from "./env.ts";
import { DEFAULT_ACCOUNT, type GenAccount } from "./gen/account.ts";
import type { AskEnvironment } from "./gen/ask.ts";
import type { GenState } from "./gen/client.ts";
import type { Translations } from "./problems/translations.ts";
import type { RequestEvent } from "./observability/event.ts";
import type { Log } from "./observability/log.ts";
import type { Trace } from "./observability/trace.ts";
import type { Clock } from "./resilience/clock.ts";
import type { Deadline } from "./resilience/deadline.ts";

/** What an isolate keeps between requests: made once from its environment. */
export interface Isolate {
  /** Why it can't work, found when it was made: every request is answered with `internal`. */
  readonly fault: Error | null;
  /** The bindings: durable objects and stores. Variables and secrets are read from `config`. */
  readonly env: Env;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly gen: GenState;
  readonly clients: ClientDirectory;
  readonly failures: FailedAttempts;
  readonly texts: Translations;
  /** Null when no tokens are taken. */
  readonly jwts: JwtVerifier | null;
}

/** One per invocation: all that its work may use. */
export interface Context extends Isolate {
  readonly url: URL;
  readonly requestId: string;
  readonly trace: Trace | null;
  readonly deadline: Deadline;
  readonly event: RequestEvent;
  /** The budget a caller asked for with `Prefer: wait=N`, in seconds, as it was applied; null where nobody may ask. */
  waitSeconds: number | null;
  /** The other preferences of RFC 7240 that are known here. */
  readonly prefer: { readonly respondAsync: boolean; readonly representation: boolean };
  /** Whoever the request's key belongs to; null until it is known, and on public routes. */
  client: Client | null;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** To ask GEN about something of an account; of one that is configured no more, by the default one's key: it costs nothing. */
export function toAskEnvironment({ config, clock, gen }: Isolate, account: string): AskEnvironment {
  return { config: config.gen, clock, account: gen.accounts.get(account) ?? defaultAccount(gen) };
}

export function defaultAccount({ accounts }: GenState): GenAccount {
  const account = accounts.get(DEFAULT_ACCOUNT);
  if (account === undefined) throw new Error("There is no default account.");
  return account;
}
