/** The table of the list of notifications. docs/storage.md describes it. */
import { toWhere } from "../../objects/sql.ts";
import type { DeliverySummary, ListedDelivery, ListedState } from "../delivery/delivery-view.ts";
import type { Notification } from "../notification.ts";

const TABLE = `
CREATE TABLE IF NOT EXISTS notifications (
  id TEXT PRIMARY KEY, type TEXT NOT NULL, state TEXT NOT NULL, created_at INTEGER NOT NULL, attempts INTEGER NOT NULL,
  last_failure TEXT, next_attempt_at INTEGER, resent_at INTEGER, revision INTEGER NOT NULL, expires_at INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notifications_by_state ON notifications (state, created_at, id);
CREATE INDEX IF NOT EXISTS notifications_by_type ON notifications (state, type, created_at, id);
CREATE INDEX IF NOT EXISTS notifications_by_expiry ON notifications (expires_at);`;

export interface Selection {
  readonly state: ListedState;
  /** Null: all types. */
  readonly type: Notification["type"] | null;
  /** Events since then, in milliseconds since the epoch. */
  readonly from: number;
}

/** Where a page has ended. */
export interface Position {
  readonly createdAt: number;
  readonly id: string;
}

/** More are not counted. */
const MAX_MATCHED = 100_000;

export class ListStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(TABLE);
  }

  /** An entry that is older than the row changes nothing, unless the row's time is over: then it begins anew. */
  put(delivery: ListedDelivery, now: number): void {
    const { id, type, state, createdAt, attempts, lastFailure, nextAttemptAt, resentAt, revision, expiresAt } =
      delivery;
    this.#sql.exec(
      `INSERT INTO notifications VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, created_at = excluded.created_at,
         attempts = excluded.attempts, last_failure = excluded.last_failure, revision = excluded.revision,
         next_attempt_at = excluded.next_attempt_at, resent_at = excluded.resent_at, expires_at = excluded.expires_at
       WHERE excluded.revision >= notifications.revision OR notifications.expires_at <= ?`,
      ...[id, type, state, createdAt, attempts, lastFailure, nextAttemptAt, resentAt, revision, expiresAt, now],
    );
  }

  page(
    selection: Selection,
    { position, limit, now }: { position: Position | null; limit: number; now: number },
  ): DeliverySummary[] {
    const { where, given } = toWhere(toSelected(selection, now));
    const { createdAt, id } = position ?? { createdAt: Number.MAX_SAFE_INTEGER, id: "" };
    const query = `SELECT * FROM notifications ${where} AND (created_at, id) < (?, ?)
      ORDER BY created_at DESC, id DESC LIMIT ?`;
    return Array.from(this.#sql.exec(query, ...given, createdAt, id, limit), toSummary);
  }

  /** At most `max`. */
  count(state: ListedState, max: number, now: number): number {
    return this.#count(toSelected({ state, type: null, from: 0 }, now), max);
  }

  selectToResend(
    selection: Selection,
    { resentBefore, limit, now }: { resentBefore: number; limit: number; now: number },
  ): { ids: string[]; matched: number } {
    const asked = { ...toSelected(selection, now), "(resent_at IS NULL OR resent_at <= ?)": resentBefore };
    const { where, given } = toWhere(asked);
    const query = `SELECT id FROM notifications ${where} ORDER BY created_at, id LIMIT ?`;
    const ids = this.#sql.exec(query, ...given, limit).toArray();
    return { ids: ids.map(({ id }) => String(id)), matched: this.#count(asked, MAX_MATCHED) };
  }

  postpone(ids: readonly string[], at: number): void {
    for (const id of ids) this.#sql.exec("UPDATE notifications SET resent_at = ? WHERE id = ?", at, id);
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) this.#sql.exec("DELETE FROM notifications WHERE id = ?", id);
  }

  deleteExpired(now: number): void {
    this.#sql.exec("DELETE FROM notifications WHERE expires_at <= ?", now);
  }

  isEmpty(): boolean {
    return this.#sql.exec("SELECT 1 FROM notifications LIMIT 1").toArray().length === 0;
  }

  #count(asked: Parameters<typeof toWhere>[0], max: number): number {
    const { where, given } = toWhere(asked);
    const query = `SELECT COUNT(*) AS n FROM (SELECT 1 FROM notifications ${where} LIMIT ?)`;
    return Number(this.#sql.exec(query, ...given, max).one().n);
  }
}

function toSelected({ state, type, from }: Selection, now: number) {
  return {
    "state = ?": state,
    "type = ?": type,
    "created_at >= ?": from,
    "(expires_at IS NULL OR expires_at > ?)": now,
  };
}

function toSummary(row: Record<string, SqlStorageValue>): DeliverySummary {
  return {
    id: String(row.id),
    type: String(row.type),
    state: row.state as ListedState,
    createdAt: Number(row.created_at),
    attempts: Number(row.attempts),
    lastFailure: row.last_failure === null ? null : String(row.last_failure),
    nextAttemptAt: row.next_attempt_at === null ? null : Number(row.next_attempt_at),
    resentAt: row.resent_at === null ? null : Number(row.resent_at),
  };
}
