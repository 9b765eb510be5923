/**
 * Finds the client of a key. Records are kept in the isolate for 60 s, so a revoked key stops within three minutes,
 * KV's own delay included. An id that is not there is remembered for 10 s, so that guessing costs KV little.
 */
import * as v from "valibot";
import type { Clock } from "../resilience/clock.ts";
import { hashSecret, parseClientKey } from "./client-key.ts";
import { ClientRecordSchema } from "./client-record.ts";
import type { Client } from "./policy.ts";

const KEEP_MS = 60_000;
const KEEP_ABSENT_MS = 10_000;
const MAX_KEPT = 1_000;

export type Authentication =
  | { readonly kind: "client"; readonly client: Client }
  | { readonly kind: "malformed" | "unknown" | "expired" };

interface Found {
  readonly client: Client;
  readonly secretHash: string;
  /** The secret that was seen to have this hash: hashing is most of what a check costs. */
  proven: string | null;
}

interface Kept {
  readonly until: number;
  readonly found: Found | null;
}

export class ClientDirectory {
  readonly #store: Pick<KVNamespace, "get">;
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();

  constructor(store: Pick<KVNamespace, "get">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async authenticate(key: string): Promise<Authentication> {
    const parsed = parseClientKey(key);
    if (parsed === null) return { kind: "malformed" };
    const found = await this.#load(parsed.id);
    if (found === null || !(await isHolder(found, parsed.secret))) return { kind: "unknown" };
    const { expiresAt } = found.client.policy;
    if (expiresAt !== null && expiresAt <= this.#clock.now()) return { kind: "expired" };
    return { kind: "client", client: found.client };
  }

  async #load(id: string): Promise<Found | null> {
    const now = this.#clock.now();
    const kept = this.#kept.get(id);
    if (kept && now < kept.until) return kept.found;
    const found = toFound(id, await this.#store.get(id, "json"));
    this.#kept.delete(id);
    this.#kept.set(id, { found, until: now + (found ? KEEP_MS : KEEP_ABSENT_MS) });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > MAX_KEPT && !oldest.done) this.#kept.delete(oldest.value);
    return found;
  }
}

function toFound(id: string, stored: unknown): Found | null {
  if (stored === null) return null;
  const { secretHash, ...policy } = v.parse(ClientRecordSchema, stored);
  return { client: { id, policy }, secretHash, proven: null };
}

async function isHolder(found: Found, secret: string): Promise<boolean> {
  if (found.proven !== null && isSame(found.proven, secret)) return true;
  if (!isSame(found.secretHash, await hashSecret(secret))) return false;
  found.proven = secret;
  return true;
}

/** In constant time. Both are of one length. */
function isSame(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  return crypto.subtle.timingSafeEqual(encoder.encode(a), encoder.encode(b));
}
