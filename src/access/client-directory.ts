/** Looks up clients by key, and the policies that tokens name. Both are in KV and are cached for 60 s. */
import * as v from "valibot";
import type { Clock } from "../resilience/clock.ts";
import { hashSecret, parseClientKey } from "./client-key.ts";
import { ClientRecordSchema } from "./client-record.ts";
import { type Client, type Policy, PolicySchema, toPolicyKey } from "./policy.ts";
import { TtlCache } from "./ttl-cache.ts";

type Authentication =
  | { readonly kind: "client"; readonly client: Client }
  | { readonly kind: "malformed" | "unknown" | "expired" };

interface Found {
  readonly client: Client;
  readonly secretHash: string;
  /** The previous secret, valid until `until` (milliseconds since the epoch) while clients change over. */
  readonly former: { readonly secretHash: string; readonly until: number };
  /**
   * The secret that was last verified against this hash. Hashing is most of the cost of a check, so a repeated key
   * skips it.
   */
  proven: string;
}

/**
 * Placeholders that match no real secret or hash. A missing client is compared all the same, so that timing does not
 * reveal it.
 */
const NO_SECRET = "-".repeat(32);
const NO_HASH = "-".repeat(64);
const NO_FORMER = { secretHash: NO_HASH, until: 0 };

const ENCODER = new TextEncoder();

/** Compared in place of a client that does not exist. */
const ABSENT_CLIENT = { secretHash: NO_HASH, former: NO_FORMER, proven: NO_SECRET };

/** KV is down: unknown keys get 503, not 401. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** `authenticate` and `findPolicy` throw `StoreUnavailable`. */
export class ClientDirectory {
  readonly #clock: Clock;
  readonly #clients: TtlCache<Found>;
  readonly #policies: TtlCache<Policy>;

  constructor(store: Pick<KVNamespace, "get">, clock: Clock) {
    this.#clock = clock;
    this.#clients = new TtlCache(async (id) => toFound(id, await read(store, id)));
    this.#policies = new TtlCache(async (name) => toPolicy(name, await read(store, toPolicyKey(name))));
  }

  async authenticate(key: string): Promise<Authentication> {
    const parsed = parseClientKey(key);
    if (parsed === null) return { kind: "malformed" };
    const now = this.#clock.now();
    let found = await this.#clients.get(parsed.id, now);
    let isHeld = await isHolder(found ?? ABSENT_CLIENT, parsed.secret, now);
    if (!isHeld) {
      // The client may have been created, or its secret rotated, since it was cached. Known and unknown ids take the
      // same path and time.
      const renewed = await this.#clients.renew(parsed.id, now);
      if (renewed !== found) isHeld = await isHolder(renewed ?? ABSENT_CLIENT, parsed.secret, now);
      found = renewed;
    }
    if (found === null || !isHeld) return { kind: "unknown" };
    return isExpired(found.client.policy, now) ? { kind: "expired" } : { kind: "client", client: found.client };
  }

  /** The client of a recently verified key, from the cache alone. Null means "not known here": call `authenticate`. */
  recall(key: string): Client | null {
    const parsed = parseClientKey(key);
    const now = this.#clock.now();
    if (parsed === null) return null;
    const found = this.#clients.recall(parsed.id, now);
    const isProven = isSame((found ?? ABSENT_CLIENT).proven, parsed.secret);
    return found && isProven && !isExpired(found.client.policy, now) ? found.client : null;
  }

  /** Whether this key has been verified in this isolate before, however long ago. Its holder is not guessing keys. */
  hasSeen(key: string): boolean {
    const parsed = parseClientKey(key);
    return parsed !== null && isSame((this.#clients.last(parsed.id) ?? ABSENT_CLIENT).proven, parsed.secret);
  }

  /** Null when the policy does not exist or has expired. */
  async findPolicy(name: string): Promise<Policy | null> {
    if (!v.is(PolicySchema.entries.name, name)) return null;
    const now = this.#clock.now();
    const policy = await this.#policies.get(name, now);
    return policy && !isExpired(policy, now) ? policy : null;
  }
}

async function read(store: Pick<KVNamespace, "get">, key: string): Promise<unknown> {
  const text = await store.get(key).catch((error) => {
    throw new StoreUnavailable(String(error));
  });
  return text === null ? null : JSON.parse(text);
}

function isExpired({ expiresAt }: Policy, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

function toFound(id: string, stored: unknown): Found | null {
  if (stored === null) return null;
  const { secretHash, former, ...policy } = v.parse(ClientRecordSchema, stored);
  return { client: { kind: "key", id, policy }, secretHash, former: former ?? NO_FORMER, proven: NO_SECRET };
}

/**
 * The stored name must match the key. Users' remembered responses are stored by policy name, so two policies with one
 * name would share them.
 */
function toPolicy(name: string, stored: unknown): Policy | null {
  return stored === null ? null : v.parse(v.strictObject({ ...PolicySchema.entries, name: v.literal(name) }), stored);
}

async function isHolder(found: Omit<Found, "client">, secret: string, now: number): Promise<boolean> {
  if (isSame(found.proven, secret)) return true;
  const hash = await hashSecret(secret);
  const { former } = found;
  const byFormer = isSame(former.secretHash, hash) && now < former.until;
  if (!isSame(found.secretHash, hash)) return byFormer;
  found.proven = secret;
  return true;
}

/** Constant-time comparison. Both texts have the same length. */
function isSame(a: string, b: string): boolean {
  return crypto.subtle.timingSafeEqual(ENCODER.encode(a), ENCODER.encode(b));
}
