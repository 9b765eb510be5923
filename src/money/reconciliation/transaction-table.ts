/** GEN's transactions of a month, in SQLite: which charge each belongs to, and which belong to none. */
import { type ChargeKey, toNumber, toText } from "../ledger/charge-table.ts";
import {
  type Transaction,
  type TransactionPlace,
  type TransactionSource,
  toJobId,
  type UnknownTransaction,
} from "./transaction.ts";

/**
 * `open`: the credits that nobody here knows; 0 for what is known, acknowledged, or given back. `guessed`: the charge
 * was found by amount and time. `compared`: its job's cost was held against it.
 */
export const TRANSACTION_TABLES = `
  CREATE TABLE transactions (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL,
    at INTEGER NOT NULL, amount REAL NOT NULL, purpose TEXT, source TEXT, job TEXT, call TEXT, epoch INTEGER,
    guessed INTEGER NOT NULL, compared INTEGER NOT NULL, open REAL NOT NULL, acknowledged_at INTEGER,
    told INTEGER NOT NULL);
  CREATE INDEX transactions_open ON transactions (at, number) WHERE open > 0;
  CREATE INDEX transactions_by_job ON transactions (job) WHERE job IS NOT NULL;
  CREATE INDEX transactions_by_call ON transactions (call, epoch) WHERE call IS NOT NULL;
  CREATE INDEX transactions_to_compare ON transactions (call, epoch, job) WHERE compared = 0;`;

/** Where a transaction belongs. */
type Belonging =
  | { readonly kind: "job" | "guess"; readonly charge: ChargeKey }
  /** To nothing here: so many credits of it are unknown. */
  | { readonly kind: "none"; readonly open: number; readonly acknowledgedAt: number | null };

export function isStored(sql: SqlStorage, { id }: Pick<Transaction, "id">): boolean {
  return sql.exec("SELECT 1 FROM transactions WHERE id = ?", id).toArray().length > 0;
}

export function store(sql: SqlStorage, transaction: Transaction, belonging: Belonging): void {
  const { id, account, at, amount, purpose, source } = transaction;
  const { callId, epoch } = belonging.kind === "none" ? { callId: null, epoch: null } : belonging.charge;
  const open = belonging.kind === "none" ? belonging.open : 0;
  const acknowledgedAt = belonging.kind === "none" ? belonging.acknowledgedAt : null;
  const what = [id, account, at, amount, purpose, source && JSON.stringify(source), toJobId(source)];
  const stands = [belonging.kind === "guess" ? 1 : 0, belonging.kind === "job" ? 0 : 1, open, acknowledgedAt];
  sql.exec(
    `INSERT INTO transactions (id, account, at, amount, purpose, source, job, call, epoch, guessed, compared, open,
      acknowledged_at, told) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    ...what,
    callId,
    epoch,
    ...stands,
  );
}

interface Sibling {
  /** The charge that a guess has found for it. */
  readonly charge: ChargeKey | null;
  readonly acknowledgedAt: number | null;
}

/** Another transaction of the same job, of which this ledger does not know the job. */
export function findSibling(sql: SqlStorage, { source }: Transaction): Sibling | null {
  const query = `SELECT call, epoch, acknowledged_at FROM transactions WHERE job = ?
    ORDER BY call IS NULL, acknowledged_at IS NULL LIMIT 1`;
  const job = toJobId(source);
  const [row] = job === null ? [] : sql.exec(query, job).toArray();
  if (row === undefined) return null;
  const charge = row.call === null ? null : { callId: String(row.call), epoch: Number(row.epoch) };
  return { charge, acknowledgedAt: toNumber(row.acknowledged_at) };
}

/** What GEN gave back of an unknown job is not missed, in whichever order it is read. */
export function balance(sql: SqlStorage, { source }: Transaction): void {
  const ofJob = "FROM transactions WHERE job = ? AND call IS NULL";
  const job = toJobId(source);
  let back = -Number(sql.exec(`SELECT TOTAL(min(amount, 0)) AS back ${ofJob}`, job).one().back);
  if (back === 0) return;
  const query = `SELECT number, amount ${ofJob} AND amount > 0 AND acknowledged_at IS NULL ORDER BY at, number`;
  for (const { number, amount } of sql.exec(query, job).toArray()) {
    const given = Math.min(back, Number(amount));
    back -= given;
    sql.exec("UPDATE transactions SET open = ? WHERE number = ?", Number(amount) - given, Number(number));
  }
}

/** What is unknown of these jobs belongs to this charge, as it turns out. */
export function adopt(sql: SqlStorage, { callId, epoch }: ChargeKey, jobId: string, since: number): void {
  const query = `UPDATE transactions SET call = ?, epoch = ?, guessed = 0, compared = 0, open = 0
    WHERE job = ? AND at >= ? AND (call IS NULL OR guessed = 1)`;
  sql.exec(query, callId, epoch, jobId, since);
}

/** What was guessed to belong to this charge does not, as it turns out. */
export function disown(sql: SqlStorage, { callId, epoch }: ChargeKey): void {
  const query = `UPDATE transactions SET call = NULL, epoch = NULL, guessed = 0, open = max(amount, 0)
    WHERE call = ? AND epoch = ? AND guessed = 1`;
  sql.exec(query, callId, epoch);
}

/** The newest first, after `place`. */
export function listOpen(sql: SqlStorage, place: TransactionPlace | null, limit: number): UnknownTransaction[] {
  const { at, number } = place ?? { at: Number.MAX_SAFE_INTEGER, number: 0 };
  const query = `SELECT * FROM transactions WHERE open > 0 AND (at, number) < (?, ?)
    ORDER BY at DESC, number DESC LIMIT ?`;
  return sql.exec(query, at, number, limit).toArray().map(toUnknown);
}

export function countOpen(sql: SqlStorage, most: number): number {
  const query = "SELECT COUNT(*) AS count FROM (SELECT 1 FROM transactions WHERE open > 0 LIMIT ?)";
  return Number(sql.exec(query, most).one().count);
}

/** What is unknown, or was acknowledged; null for all else. */
export function findUnknown(sql: SqlStorage, number: number): UnknownTransaction | null {
  const query = "SELECT * FROM transactions WHERE number = ? AND (open > 0 OR acknowledged_at IS NOT NULL)";
  const [row] = sql.exec(query, number).toArray();
  return row === undefined ? null : toUnknown(row);
}

/** What else GEN takes for its job is acknowledged with it. */
export function acknowledge(sql: SqlStorage, { number, source }: UnknownTransaction, at: number): void {
  const query = `UPDATE transactions SET acknowledged_at = ?, open = 0
    WHERE open > 0 AND (number = ? OR job = ?)`;
  sql.exec(query, at, number, toJobId(source));
}

function toUnknown(row: Record<string, SqlStorageValue>): UnknownTransaction {
  const open = Number(row.open);
  return {
    number: Number(row.number),
    id: String(row.id),
    account: String(row.account),
    at: Number(row.at),
    amount: open > 0 ? open : Number(row.amount),
    purpose: toText(row.purpose),
    source: row.source === null ? null : (JSON.parse(String(row.source)) as TransactionSource),
    acknowledgedAt: toNumber(row.acknowledged_at),
  };
}
