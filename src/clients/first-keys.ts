/**
 * The first operator's key and the first client's: made once, by whoever has the set-up secret. A repeat of the same
 * request gets the same two keys, also when a machine died in the middle. Once they are made, or a client was made in
 * another way, that is over for good.
 */
import { createClientKey, formatClientKey, hashSecret } from "../access/client-key.ts";
import type { Policy } from "../access/policy.ts";
import { sha256Hex } from "../encoding/hash.ts";
import type { Clock } from "../resilience/clock.ts";
import type { ClientStore } from "./client-store.ts";
import { KEPT_MS, makeSalt, toOrderName, toSecret } from "./order.ts";

const ROW = "first";
const ROLES = ["operator", "client"] as const;

type Role = (typeof ROLES)[number];
type EachRole<T> = Readonly<Record<Role, T>>;

export interface FirstOrder {
  /** The request's `Idempotency-Key`. Never stored. */
  readonly word: string;
  readonly policies: EachRole<Policy>;
}

export type FirstClients =
  | {
      readonly kind: "made";
      readonly clients: EachRole<{ readonly id: string; readonly key: string }>;
      /** Whether this repeats the answer to an earlier request. */
      readonly replayed: boolean;
    }
  | { readonly kind: "over" }
  /** The `Idempotency-Key` of the keys that are made, but another first client is asked for. */
  | { readonly kind: "reused" };

/** `cut`: what is left, after a day, of a try that has told nobody its keys. `over`: nothing is left to repeat. */
type Row =
  | {
      readonly kind: "begun" | "made";
      readonly by: string;
      /** A hash of the client that is asked for. */
      readonly fingerprint: string;
      readonly salt: Uint8Array;
      readonly at: number;
      readonly ids: EachRole<string>;
    }
  | { readonly kind: "cut"; readonly ids: EachRole<string> }
  | { readonly kind: "over" };

export class FirstKeys {
  readonly #kv: SyncKvStorage;
  readonly #store: ClientStore;
  readonly #clock: Clock;

  constructor(kv: SyncKvStorage, store: ClientStore, clock: Clock) {
    this.#kv = kv;
    this.#store = store;
    this.#clock = clock;
  }

  async mayBegin(): Promise<boolean> {
    const row = this.#kv.get<Row>(ROW);
    if (row?.kind === "made" || row?.kind === "over") return false;
    // A try that was cut short may have left its two.
    const own = row ? Object.values(row.ids) : [];
    const ids = await this.#store.listIds(ROLES.length + 1);
    if (ids.every((id) => own.includes(id))) return true;
    this.#kv.put<Row>(ROW, { kind: "over" });
    return false;
  }

  async make({ word, policies }: FirstOrder): Promise<FirstClients> {
    const by = await toOrderName({ by: "", word });
    const fingerprint = await sha256Hex(JSON.stringify(policies.client));
    const row = this.#kv.get<Row>(ROW);
    const now = this.#clock.now();
    const isRepeat = row?.kind === "made" && row.by === by && now < row.at + KEPT_MS;
    if (isRepeat && row.fingerprint !== fingerprint) return { kind: "reused" };
    if (!isRepeat && !(await this.mayBegin())) return { kind: "over" };
    // One that was cut short has told nobody its keys: another may take it over, under the same ids.
    const ids = row && row.kind !== "over" ? row.ids : { operator: createClientKey().id, client: createClientKey().id };
    const begun =
      row && "by" in row && row.by === by
        ? { ...row, fingerprint }
        : { kind: "begun" as const, by, fingerprint, salt: makeSalt(), at: now, ids };
    this.#kv.put<Row>(ROW, begun);
    const secrets = {
      operator: await toSecret(begun.salt, { by: "operator", word }),
      client: await toSecret(begun.salt, { by: "client", word }),
    };
    if (!isRepeat) {
      for (const role of ROLES) {
        const record = { ...policies[role], secretHash: await hashSecret(secrets[role]) };
        await this.#store.put(ids[role], { record, createdAt: begun.at }, now);
      }
      this.#kv.put<Row>(ROW, { ...begun, kind: "made" });
    }
    const toClient = (role: Role) => ({
      id: ids[role],
      key: formatClientKey({ id: ids[role], secret: secrets[role] }),
    });
    const clients = { operator: toClient("operator"), client: toClient("client") };
    return { kind: "made", clients, replayed: isRepeat };
  }

  /** Forgets what a repeat needs, if it was asked for before `since`. Whether something is left to forget later. */
  forget(since: number): boolean {
    const row = this.#kv.get<Row>(ROW);
    if (row === undefined || !("at" in row)) return false;
    if (row.at > since) return true;
    this.#kv.put<Row>(ROW, row.kind === "made" ? { kind: "over" } : { kind: "cut", ids: row.ids });
    return false;
  }
}
