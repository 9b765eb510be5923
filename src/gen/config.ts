/** How to reach GEN, and what an isolate remembers about it. */
import type { HostHealth } from "../resilience/host-health.ts";
import type { Accounts } from "./account.ts";
import type { Host } from "./operation.ts";

export interface GenConfig {
  /** The keys of each account, by account name, the one in use first. Two during a rotation. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Without a trailing slash. */
  readonly baseUrls: Readonly<Record<Host, string>>;
  readonly attemptTimeoutMs: number;
  readonly maxAttempts: number;
  readonly backoffBaseMs: number;
}

/** Every key of every account, for redaction. */
export function listKeys({ keys }: GenConfig): string[] {
  return Object.values(keys).flat();
}

/** State that an isolate keeps across requests. */
export interface GenState {
  readonly health: Readonly<Record<Host, HostHealth>>;
  readonly accounts: Accounts;
}
