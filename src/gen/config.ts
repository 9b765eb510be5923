/** How GEN is reached, and what an isolate remembers of it. */
import type { HostHealth } from "../resilience/host-health.ts";
import type { Accounts } from "./account.ts";
import type { Host } from "./operation.ts";

export interface GenConfig {
  /** The keys of each account by its name, the one in use first: one, or two while it is changed. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Without a slash at the end. */
  readonly baseUrls: Readonly<Record<Host, string>>;
  readonly attemptTimeoutMs: number;
  readonly maxAttempts: number;
  readonly backoffBaseMs: number;
}

/** Every key of every account: what nobody may be told. */
export function listKeys({ keys }: GenConfig): string[] {
  return Object.values(keys).flat();
}

/** What outlives one request in an isolate. */
export interface GenState {
  readonly health: Readonly<Record<Host, HostHealth>>;
  readonly accounts: Accounts;
}
