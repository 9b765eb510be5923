/** The tables of the list of deliveries. docs/storage.md describes them. */
import { toWhere } from "../../objects/sql.ts";
import {
  type Accepted,
  type DeliveryFilter,
  type DeliveryRow,
  KEEP_DELIVERIES_MS,
  type Outcome,
  type Redelivered,
  type RefusedGroup,
  type Rejected,
  type RejectedFilter,
} from "./delivery.ts";

/**
 * `bucket`: the reason of a refused delivery, the pipeline of a rejected one. Each source and bucket has its own bound, so
 * that nobody's deliveries push out another's, and no flood of one kind hides another kind. Accepted ones are bounded by
 * source alone.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS deliveries (
  number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, delivery_id TEXT,
  event_type TEXT, at INTEGER NOT NULL, outcome TEXT NOT NULL, bucket TEXT NOT NULL, reasons TEXT NOT NULL,
  size INTEGER, runs TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS deliveries_by_bucket ON deliveries (outcome, source, bucket);
CREATE TABLE IF NOT EXISTS bodies (delivery INTEGER PRIMARY KEY, headers TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS refusals (
  hour INTEGER NOT NULL, source TEXT NOT NULL, why TEXT NOT NULL, count INTEGER NOT NULL,
  PRIMARY KEY (hour, source, why)) WITHOUT ROWID;`;

/** How many are kept of each source and bucket; of each source, for accepted ones. */
const MAX_KEPT: Readonly<Record<Outcome, number>> = { accepted: 1_000, refused: 20, rejected: 1_000 };
/** Counting the accepted ones reads them all, so they may be a few more: they are trimmed after so many, and hourly. */
const TRIM_EVERY = 100;
const MAX_REJECTED_BYTES = 128 * 1_024 * 1_024;
const MAX_COUNTED = 1_000;
const HOUR_MS = 3_600_000;
/** The source of deliveries to a name that is none. */
const NO_SOURCE = "";

export class DeliveriesStore {
  readonly #sql: SqlStorage;
  #untrimmed = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(TABLES);
  }

  /** A repeated delivery keeps its row. What was rejected before and has run now is rejected no more. */
  accept({ id, source, deliveryId, at, size, runs }: Accepted): void {
    const query = `INSERT INTO deliveries (id, source, delivery_id, at, outcome, bucket, reasons, size, runs)
      VALUES (?, ?, ?, ?, 'accepted', '', '[]', ?, ?) ON CONFLICT (id) DO UPDATE SET runs = excluded.runs`;
    this.#sql.exec(query, id, source, deliveryId, at, size, JSON.stringify(runs));
    for (const run of runs) this.settle(run.id, { kind: "accepted", run: run.id });
    this.#untrimmed += 1;
    if (this.#untrimmed >= TRIM_EVERY) this.#trimAccepted();
  }

  refuse({ source, why, count, latest }: RefusedGroup, toId: () => string): void {
    const name = source ?? NO_SOURCE;
    const insert = `INSERT INTO deliveries (id, source, at, outcome, bucket, reasons, size)
      VALUES (?, ?, ?, 'refused', ?, ?, ?)`;
    for (const { at, size } of latest) this.#sql.exec(insert, toId(), name, at, why, JSON.stringify([why]), size);
    const hour = Math.floor((latest.at(-1)?.at ?? 0) / HOUR_MS);
    const add = `INSERT INTO refusals (hour, source, why, count) VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET count = count + excluded.count`;
    this.#sql.exec(add, hour, name, why, count);
    this.#trim("refused", name, why);
  }

  /** Once for each delivery and pipeline. */
  reject({ id, source, deliveryId, eventType, pipeline, at, issues, body, headers }: Rejected): void {
    const query = `INSERT INTO deliveries (id, source, delivery_id, event_type, at, outcome, bucket, reasons, size)
      VALUES (?, ?, ?, ?, ?, 'rejected', ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING number`;
    const values = [id, source, deliveryId, eventType, at, pipeline, JSON.stringify(issues), body.byteLength];
    const [row] = this.#sql.exec(query, ...values).toArray();
    if (!row) return;
    const bytes = body.slice().buffer;
    this.#sql.exec(
      "INSERT INTO bodies (delivery, headers, body) VALUES (?, ?, ?)",
      row.number,
      JSON.stringify(headers),
      bytes,
    );
    this.#trim("rejected", source, pipeline);
  }

  /** A rejected delivery has been delivered again. Once it has run, its body is not needed any more. */
  settle(id: string, outcome: Redelivered): void {
    if (outcome.kind === "rejected") {
      const update = "UPDATE deliveries SET reasons = ? WHERE id = ? AND outcome = 'rejected'";
      this.#sql.exec(update, JSON.stringify(outcome.issues), id);
      return;
    }
    const update = `UPDATE deliveries SET outcome = 'accepted', reasons = '[]',
      runs = json_array(json_object('pipeline', bucket, 'id', ?)) WHERE id = ? AND outcome = 'rejected' RETURNING number`;
    const [row] = this.#sql.exec(update, outcome.run, id).toArray();
    if (row) this.#sql.exec("DELETE FROM bodies WHERE delivery = ?", row.number);
  }

  /** Newest first. */
  list({ before, limit, outcome, source }: DeliveryFilter): DeliveryRow[] {
    const { where, given } = toWhere({ "number < ?": before, "outcome = ?": outcome, "source = ?": source });
    const query = `SELECT * FROM deliveries ${where} ORDER BY number DESC LIMIT ?`;
    return Array.from(this.#sql.exec(query, ...given, limit), toRow);
  }

  row(id: string): DeliveryRow | null {
    const [row] = this.#sql.exec("SELECT * FROM deliveries WHERE id = ?", id).toArray();
    return row ? toRow(row) : null;
  }

  /** Null when its body is not kept. */
  rejected(id: string): Rejected | null {
    const query = "SELECT * FROM deliveries JOIN bodies ON delivery = number WHERE id = ? AND outcome = 'rejected'";
    const [row] = this.#sql.exec(query, id).toArray();
    return row ? toRejected(row, row.body as ArrayBuffer) : null;
  }

  /** The newest of a pipeline, at most a hundred, with the first bytes of their bodies. */
  rejectedFor(pipeline: string, bytes: number): Rejected[] {
    const query = `SELECT *, SUBSTR(body, 1, ?) AS head FROM deliveries JOIN bodies ON delivery = number
      WHERE outcome = 'rejected' AND bucket = ? ORDER BY number DESC LIMIT 100`;
    return this.#sql
      .exec(query, bytes, pipeline)
      .toArray()
      .map((row) => toRejected(row, row.head as ArrayBuffer));
  }

  waiting({ since, source, pipeline, after, limit }: RejectedFilter): {
    matched: number;
    ids: { id: string; number: number }[];
  } {
    const query = `SELECT id, number FROM deliveries WHERE outcome = 'rejected' AND at >= ? AND number > ?
      AND source = COALESCE(?, source) AND bucket = COALESCE(?, bucket) ORDER BY number LIMIT ?`;
    const rows = this.#sql.exec(query, since, after, source, pipeline, MAX_COUNTED).toArray();
    return {
      matched: rows.length,
      ids: rows.slice(0, limit).map(({ id, number }) => ({ id: String(id), number: Number(number) })),
    };
  }

  /** `refused`: since that time, whole hours. `rejected`: at most a thousand. */
  count(since: number): { refused: number; rejected: number } {
    const refused = "SELECT SUM(count) AS n FROM refusals WHERE hour >= ?";
    const rejected = "SELECT 1 FROM deliveries WHERE outcome = 'rejected' LIMIT ?";
    return {
      refused: Number(this.#sql.exec(refused, Math.floor(since / HOUR_MS)).one().n ?? 0),
      rejected: this.#sql.exec(rejected, MAX_COUNTED).toArray().length,
    };
  }

  purge(now: number): void {
    const before = now - KEEP_DELIVERIES_MS;
    this.#sql.exec("DELETE FROM bodies WHERE delivery IN (SELECT number FROM deliveries WHERE at <= ?)", before);
    this.#sql.exec("DELETE FROM deliveries WHERE at <= ?", before);
    this.#sql.exec("DELETE FROM refusals WHERE (hour + 1) * ? <= ?", HOUR_MS, before);
    this.#trimAccepted();
  }

  get isEmpty(): boolean {
    const query = "SELECT EXISTS (SELECT 1 FROM deliveries) OR EXISTS (SELECT 1 FROM refusals) AS any_row";
    return this.#sql.exec(query).one().any_row === 0;
  }

  /** Of a source as a whole: what was delivered again is still in the bucket of its pipeline. */
  #trimAccepted(): void {
    this.#untrimmed = 0;
    const newestOver = `SELECT number FROM deliveries WHERE outcome = 'accepted' AND source = ?
      ORDER BY number DESC LIMIT 1 OFFSET ?`;
    const query = `DELETE FROM deliveries WHERE outcome = 'accepted' AND source = ? AND number <= (${newestOver})`;
    const sources = this.#sql.exec("SELECT DISTINCT source FROM deliveries WHERE outcome = 'accepted'").toArray();
    for (const { source = null } of sources) this.#sql.exec(query, source, source, MAX_KEPT.accepted);
  }

  /** Deletes what is over the bound of its source and bucket, oldest first. */
  #trim(outcome: Exclude<Outcome, "accepted">, source: string, bucket: string): void {
    const older = `SELECT number FROM (
      SELECT number, ROW_NUMBER() OVER newest AS place, SUM(size) OVER newest AS bytes FROM deliveries
      WHERE outcome = ? AND source = ? AND bucket = ? WINDOW newest AS (ORDER BY number DESC))
      WHERE place > ? OR (? AND bytes > ?)`;
    const values = [outcome, source, bucket, MAX_KEPT[outcome], outcome === "rejected" ? 1 : 0, MAX_REJECTED_BYTES];
    const gone = this.#sql.exec(older, ...values).toArray();
    for (const { number = null } of gone) {
      this.#sql.exec("DELETE FROM bodies WHERE delivery = ?", number);
      this.#sql.exec("DELETE FROM deliveries WHERE number = ?", number);
    }
  }
}

type Row = Record<string, SqlStorageValue>;

function toRow(row: Row): DeliveryRow {
  const outcome = row.outcome as Outcome;
  return {
    number: Number(row.number),
    id: String(row.id),
    source: row.source === NO_SOURCE ? null : String(row.source),
    deliveryId: row.delivery_id as string | null,
    at: Number(row.at),
    outcome,
    reasons: JSON.parse(String(row.reasons)),
    size: row.size as number | null,
    pipeline: outcome === "refused" || row.bucket === "" ? null : String(row.bucket),
    runs: JSON.parse(String(row.runs)),
  };
}

function toRejected(row: Row, body: ArrayBuffer): Rejected {
  return {
    id: String(row.id),
    source: String(row.source),
    deliveryId: String(row.delivery_id),
    eventType: row.event_type as string | null,
    pipeline: String(row.bucket),
    at: Number(row.at),
    issues: JSON.parse(String(row.reasons)),
    body: new Uint8Array(body),
    headers: JSON.parse(String(row.headers)),
  };
}
