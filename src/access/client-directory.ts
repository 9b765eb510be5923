/** Finds the client of a key, and the policy that a token names: both stand in the store, and are remembered for 60 s. */
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
  /** While the secret is changed: the one that is still good, and until when. Milliseconds since the epoch. */
  readonly former: { readonly secretHash: string; readonly until: number };
  /** The secret that was seen to have this hash: hashing is most of what a check costs. */
  proven: string;
}

/** No secret is this, and nothing has this hash: what is not there is compared all the same, so that it takes as long. */
const NO_SECRET = "-".repeat(32);
const NO_HASH = "-".repeat(64);
const NO_FORMER = { secretHash: NO_HASH, until: 0 };

const ENCODER = new TextEncoder();

/** Stands in for a client that is not there. */
const NOBODY = { secretHash: NO_HASH, former: NO_FORMER, proven: NO_SECRET };

/** The store does not answer: nobody new can be let in, and nobody is a stranger for it. */
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
    let isHeld = await isHolder(found ?? NOBODY, parsed.secret, now);
    if (!isHeld) {
      // It may have been made, or its secret changed, since. An id that is unknown costs as much as one that is not.
      const renewed = await this.#clients.renew(parsed.id, now);
      if (renewed !== found) isHeld = await isHolder(renewed ?? NOBODY, parsed.secret, now);
      found = renewed;
    }
    if (found === null || !isHeld) return { kind: "unknown" };
    return isExpired(found.client.policy, now) ? { kind: "expired" } : { kind: "client", client: found.client };
  }

  /** The client of a key that was good a moment ago, at once. Null says nothing: `authenticate` finds out. */
  recall(key: string): Client | null {
    const parsed = parseClientKey(key);
    const now = this.#clock.now();
    if (parsed === null) return null;
    const found = this.#clients.recall(parsed.id, now);
    const isProven = isSame((found ?? NOBODY).proven, parsed.secret);
    return found && isProven && !isExpired(found.client.policy, now) ? found.client : null;
  }

  /** Whether this very key has been good here before, however long ago: its holder is no stranger who guesses. */
  hasSeen(key: string): boolean {
    const parsed = parseClientKey(key);
    return parsed !== null && isSame((this.#clients.last(parsed.id) ?? NOBODY).proven, parsed.secret);
  }

  /** Null when there is none of this name, or it has expired. */
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

/** What is kept for a policy is kept under its name: two of one name would share it. */
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

/** In constant time. Both are of one length. */
function isSame(a: string, b: string): boolean {
  return crypto.subtle.timingSafeEqual(ENCODER.encode(a), ENCODER.encode(b));
}
