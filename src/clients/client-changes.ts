/**
 * Every change of clients over HTTP, one after the other: KV alone could neither tell a repeat from a second request
 * nor keep two changes of one record apart. KV stays the truth; what was changed here within the last minute is
 * remembered, because KV may still give what was before. One object.
 */
import { DurableObject } from "cloudflare:workers";
import { StoreUnavailable } from "../access/client-directory.ts";
import { createClientKey, formatClientKey, hashSecret } from "../access/client-key.ts";
import type { ClientRecord } from "../access/client-record.ts";
import { type Policy, toPolicyKey } from "../access/policy.ts";
import type { Isolate } from "../context.ts";
import { ClientStore, type Held } from "./client-store.ts";
import { type FirstClients, FirstKeys, type FirstOrder } from "./first-keys.ts";
import { KEPT_MS, makeSalt, type Order, type OrderRow, toOrderName, toSecret } from "./order.ts";
import { type StoredEntry, toKind, toPolicyOf } from "./stored-entry.ts";

/** How long KV may give what was before a change. */
const KV_SETTLES_MS = 60_000;

const ORDER = "order:";
const CHANGE = "change:";

/** What a change has left: null after a revocation. */
interface Change {
  readonly held: Held | null;
  readonly at: number;
}

export type Changed =
  | {
      readonly kind: "done";
      readonly entry: StoredEntry;
      /** Only for a new key. */
      readonly key?: string;
      /** Until when the previous key stays valid. */
      readonly formerUntil?: number | null;
      /** Whether this repeats the answer to an earlier request. */
      readonly replayed?: boolean;
    }
  | { readonly kind: "revoked"; readonly id: string }
  | { readonly kind: "not-found" | "reused" | "no-key" }
  | { readonly kind: "taken"; readonly name: string; readonly by: Pick<StoredEntry, "id" | "kind"> }
  | Unavailable;

interface Unavailable {
  readonly kind: "unavailable";
  readonly why: string;
}

export class ClientChanges extends DurableObject<Env> {
  readonly #isolate: Isolate;
  readonly #kv = this.ctx.storage.kv;
  readonly #store: ClientStore;
  readonly #first: FirstKeys;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
    this.#store = new ClientStore(env.CLIENTS);
    this.#first = new FirstKeys(ctx.storage.kv, this.#store, isolate.clock);
  }

  async show(id: string): Promise<Changed> {
    return this.#inTurn(() => this.#with(id, async (held) => ({ kind: "done", entry: toEntry(id, held) })));
  }

  async create(order: Order, policy: Policy): Promise<Changed> {
    return this.#inTurn(async () => {
      const { name, row, isReused } = await this.#find(order);
      if (isReused) return { kind: "reused" };
      const made = row ?? { ...this.#begin(order), id: createClientKey().id };
      const held = { record: { ...policy, secretHash: "" }, createdAt: made.at };
      const by = row?.done ? null : await this.#findTaken(policy.name, made.id);
      if (by) return { kind: "taken", name: policy.name, by };
      this.#keep(name, made);
      const secret = await toSecret(made.salt, order);
      const done = { kind: "done", entry: toEntry(made.id, held), key: toKey(made.id, secret) } as const;
      if (row?.done) return { ...done, replayed: true };
      await this.#put(made.id, { ...held, record: { ...policy, secretHash: await hashSecret(secret) } });
      this.#keep(name, { ...made, done: true });
      return done;
    });
  }

  /** A new secret under the same id. The previous one stays valid for `keepMs`; the one before that stops at once. */
  async rotate(order: Order, id: string, keepMs: number): Promise<Changed> {
    return this.#inTurn(() =>
      this.#with(id, async (held) => {
        const { name, row, isReused } = await this.#find(order);
        if (isReused) return { kind: "reused" };
        if (!isClient(held.record)) return { kind: "no-key" };
        const made = row ?? { ...this.#begin(order), id };
        this.#keep(name, made);
        const secret = await toSecret(made.salt, order);
        const secretHash = await hashSecret(secret);
        const until = made.at + keepMs;
        const { former: _, ...record } = held.record;
        // After a crash the key may be in force already, with the previous one as its former.
        const isIn = made.done || record.secretHash === secretHash;
        const former = keepMs > 0 ? { former: { secretHash: record.secretHash, until } } : {};
        if (!isIn) await this.#put(id, { ...held, record: { ...record, secretHash, ...former } });
        this.#keep(name, { ...made, done: true });
        const done = { kind: "done", entry: toEntry(id, held), key: toKey(id, secret) } as const;
        return { ...done, formerUntil: keepMs > 0 ? until : null, replayed: row?.done ?? false };
      }),
    );
  }

  /** Creates or replaces the policy that users' tokens name. A replaced one stays paused if it was. */
  async setPolicy(policy: Policy): Promise<Changed> {
    return this.#inTurn(async () => {
      const id = toPolicyKey(policy.name);
      const by = await this.#findTaken(policy.name, id);
      if (by) return { kind: "taken", name: policy.name, by };
      const former = await this.#read(id);
      const paused = former?.record.paused ? { paused: true } : {};
      const held = { record: { ...policy, ...paused }, createdAt: former?.createdAt ?? this.#now };
      await this.#put(id, held);
      return { kind: "done", entry: toEntry(id, held), replayed: former !== null };
    });
  }

  async setPaused(id: string, isPaused: boolean): Promise<Changed> {
    return this.#inTurn(() =>
      this.#with(id, async (held) => {
        const { paused, ...record } = held.record;
        const changed: Held = { ...held, record: isPaused ? { ...record, paused: true } : record };
        if ((paused ?? false) !== isPaused) await this.#put(id, changed);
        return { kind: "done", entry: toEntry(id, changed) };
      }),
    );
  }

  /** A repeated one is fine. */
  async revoke(id: string): Promise<Changed> {
    return this.#inTurn(async () => {
      const isRevoked = this.#kv.get<Change>(CHANGE + id)?.held === null;
      if (!isRevoked && (await this.#read(id)) === null) return { kind: "not-found" };
      // Before KV is told: a repeat after a crash finds it, and tells KV again.
      this.#remember(id, null);
      await this.#store.delete(id);
      return { kind: "revoked", id };
    });
  }

  /** Whether no client was ever made, here or by `npm run clients`. */
  async mayBegin(): Promise<{ readonly kind: "open" | "over" } | Unavailable> {
    return this.#inTurn(async () => ({ kind: (await this.#first.mayBegin()) ? "open" : "over" }));
  }

  /** The first operator's key and the first client's, once. */
  async begin(order: FirstOrder): Promise<FirstClients | Unavailable> {
    return this.#inTurn(async () => {
      await this.#wakeIn(KEPT_MS);
      return this.#first.make(order);
    });
  }

  /** Forgets what is older than a day. */
  override async alarm(): Promise<void> {
    const since = this.#now - KEPT_MS;
    const rows = [ORDER, CHANGE].flatMap((prefix) => [...this.#kv.list<{ at: number }>({ prefix })]);
    for (const [name, { at }] of rows) if (at <= since) this.#kv.delete(name);
    const isFirstLeft = this.#first.forget(since);
    if (isFirstLeft || rows.some(([, { at }]) => at > since)) await this.#wakeIn(KEPT_MS / 24);
  }

  get #now(): number {
    return this.#isolate.clock.now();
  }

  /** One after the other, whatever another has thrown. */
  #inTurn<T>(work: () => Promise<T>): Promise<T | Unavailable> {
    const turn = this.#last.then(work).catch((error): Unavailable => {
      if (error instanceof StoreUnavailable) return { kind: "unavailable", why: error.message };
      throw error;
    });
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #with(id: string, work: (held: Held) => Promise<Changed>): Promise<Changed> {
    const held = await this.#read(id);
    return held === null ? { kind: "not-found" } : work(held);
  }

  async #read(id: string): Promise<Held | null> {
    const change = this.#kv.get<Change>(CHANGE + id);
    return change && this.#now < change.at + KV_SETTLES_MS ? change.held : this.#store.get(id);
  }

  async #put(id: string, held: Held): Promise<void> {
    await this.#store.put(id, held, this.#now);
    this.#remember(id, held);
  }

  #remember(id: string, held: Held | null): void {
    this.#kv.put<Change>(CHANGE + id, { held, at: this.#now });
    void this.#wakeIn(KEPT_MS);
  }

  #begin({ fingerprint }: Order): Omit<OrderRow, "id"> {
    return { fingerprint, salt: makeSalt(), at: this.#now, done: false };
  }

  #keep(name: string, row: OrderRow): void {
    this.#kv.put(name, row);
    void this.#wakeIn(KEPT_MS);
  }

  async #find(order: Order) {
    const name = ORDER + (await toOrderName(order));
    const found = this.#kv.get<OrderRow>(name);
    const row = found && this.#now < found.at + KEPT_MS ? found : undefined;
    return { name, row, isReused: row !== undefined && row.fingerprint !== order.fingerprint };
  }

  /** Another entry of this name, also one that KV's lists do not show yet. */
  async #findTaken(name: string, id: string): Promise<Pick<StoredEntry, "id" | "kind"> | null> {
    const changes = [...this.#kv.list<Change>({ prefix: CHANGE })].map(
      ([key, change]) => [key.slice(CHANGE.length), change] as const,
    );
    const recent = new Map(changes.filter(([, { at }]) => this.#now < at + KV_SETTLES_MS));
    const [made] = [...recent].find(([each, { held }]) => each !== id && held?.record.name === name) ?? [];
    if (made !== undefined) return { id: made, kind: toKind(made) };
    const listed = await this.#store.findByName(name, [id, ...recent.keys()]);
    return listed;
  }

  async #wakeIn(ms: number): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(this.#now + ms);
  }
}

function isClient(record: Held["record"]): record is ClientRecord {
  return "secretHash" in record;
}

function toKey(id: string, secret: string): string {
  return formatClientKey({ id, secret });
}

function toEntry(id: string, { record, createdAt }: Held): StoredEntry {
  return { kind: toKind(id), id, policy: toPolicyOf(record), createdAt };
}
