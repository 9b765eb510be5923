/** Client records and policies in KV, as the Worker reads and writes them. Throws `StoreUnavailable`. */
import { StoreUnavailable } from "../access/client-directory.ts";
import type { ClientRecord } from "../access/client-record.ts";
import type { Policy } from "../access/policy.ts";
import {
  readCreatedAt,
  readEntry,
  readRecord,
  type StoredEntry,
  toKind,
  writeMetadata,
  writeRecord,
} from "./stored-entry.ts";

/** How many lists of a thousand are searched for a name. */
const MAX_LISTS = 20;

export interface Held {
  readonly record: ClientRecord | Policy;
  /** Milliseconds since the epoch; null when it is not known. */
  readonly createdAt: number | null;
}

export class ClientStore {
  readonly #kv: KVNamespace;

  constructor(kv: KVNamespace) {
    this.#kv = kv;
  }

  /** Null when there is none, or none that can be read. */
  async get(id: string): Promise<Held | null> {
    const { value, metadata } = await guard(this.#kv.getWithMetadata(id));
    const record = readRecord(id, value);
    return record && { record, createdAt: readCreatedAt(metadata) };
  }

  async put(id: string, { record, createdAt }: Held, now: number): Promise<void> {
    await guard(this.#kv.put(id, writeRecord(id, record), { metadata: writeMetadata(record, createdAt ?? now) }));
  }

  async delete(id: string): Promise<void> {
    await guard(this.#kv.delete(id));
  }

  /** The first ids, of clients and policies. */
  async listIds(limit: number): Promise<string[]> {
    return (await guard(this.#kv.list({ limit }))).keys.map(({ name }) => name);
  }

  /** One page. `next`: where the following one begins; null at the end. Throws `BadCursor`. */
  async list(cursor: string | null, limit: number): Promise<{ entries: StoredEntry[]; next: string | null }> {
    const page = await this.#kv.list({ limit, cursor }).catch((error) => {
      // KV names no other reason for a 400 here.
      throw cursor !== null && /\b400\b|cursor/i.test(String(error))
        ? new BadCursor()
        : new StoreUnavailable(String(error));
    });
    const load = async (id: string) => (await this.get(id))?.record ?? null;
    const entries = await Promise.all(page.keys.map((key) => readEntry(key, load)));
    return { entries, next: page.list_complete ? null : page.cursor };
  }

  /** The entry with this name, from the metadata alone. `others`: ids that are not meant. */
  async findByName(name: string, others: readonly string[]): Promise<Pick<StoredEntry, "id" | "kind"> | null> {
    let cursor: string | null = null;
    for (let turn = 0; turn < MAX_LISTS; turn += 1) {
      const page: KVNamespaceListResult<{ name?: unknown }> = await guard(this.#kv.list({ cursor }));
      const found = page.keys.find((key) => key.metadata?.name === name && !others.includes(key.name));
      if (found) return { id: found.name, kind: toKind(found.name) };
      if (page.list_complete) return null;
      cursor = page.cursor;
    }
    return null;
  }
}

/** A cursor that no list has given. */
export class BadCursor extends Error {
  override readonly name = "BadCursor";
}

async function guard<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new StoreUnavailable(String(error));
  }
}
