/** Who has changed what by the operators' routes, kept for 400 days. One object. */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../context.ts";
import { withNextAlarm } from "../objects/alarm.ts";
import type { AddressFamily, AuditEntry, Change, NumberedEntry } from "./audit-entry.ts";

const TABLE = `
CREATE TABLE IF NOT EXISTS entries (
  number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, client_id TEXT NOT NULL, what TEXT NOT NULL,
  target TEXT, request_id TEXT NOT NULL, address_family TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS entries_once ON entries (request_id, at, what, COALESCE(target, ''));
CREATE INDEX IF NOT EXISTS entries_by_time ON entries (at);`;

const DAY_MS = 24 * 3_600_000;
const KEEP_MS = 400 * DAY_MS;

export class AuditLog extends DurableObject<Env> {
  readonly #isolate: Isolate;
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env, isolate: Isolate) {
    super(ctx, env);
    this.#isolate = isolate;
    this.#sql = ctx.storage.sql;
    this.#sql.exec(TABLE);
  }

  /** The same entry twice is one: the gate may repeat it. */
  async add({ at, clientId, what, target, requestId, addressFamily }: AuditEntry): Promise<void> {
    const query = `INSERT OR IGNORE INTO entries (at, client_id, what, target, request_id, address_family)
      VALUES (?, ?, ?, ?, ?, ?)`;
    this.#sql.exec(query, at, clientId, what, target, requestId, addressFamily);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(this.#now() + DAY_MS);
  }

  /** Newest first; those before the entry `before`, if it is given. */
  async page(before: number | null, limit: number): Promise<NumberedEntry[]> {
    const query = "SELECT * FROM entries WHERE number < ? AND at > ? ORDER BY number DESC LIMIT ?";
    return this.#sql
      .exec(query, before ?? Number.MAX_SAFE_INTEGER, this.#now() - KEEP_MS, limit)
      .toArray()
      .map(toEntry);
  }

  override async alarm(): Promise<void> {
    await withNextAlarm(this.ctx.storage, this.#now() + DAY_MS, async () => {
      this.#sql.exec("DELETE FROM entries WHERE at <= ?", this.#now() - KEEP_MS);
      const isEmpty = this.#sql.exec("SELECT 1 FROM entries LIMIT 1").toArray().length === 0;
      if (isEmpty) await this.ctx.storage.deleteAlarm();
    });
  }

  #now(): number {
    return this.#isolate.clock.now();
  }
}

function toEntry(row: Record<string, SqlStorageValue>): NumberedEntry {
  return {
    number: Number(row.number),
    at: Number(row.at),
    clientId: String(row.client_id),
    what: row.what as Change,
    target: row.target === null ? null : String(row.target),
    requestId: String(row.request_id),
    addressFamily: row.address_family as AddressFamily | null,
  };
}
