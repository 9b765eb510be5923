/**
 * Which charge a transaction of GEN's belongs to. By the job that it names, if the ledger knows that job. Else by amount
 * and time: a charge of which no job is known, of the same account, booked at about that time for that estimate or
 * without one. Each such charge is taken for the transactions of one job only.
 */
import { EXACT } from "../credits.ts";
import type { Charge } from "../ledger/charge.ts";
import type { ChargeKey } from "../ledger/charge-table.ts";
import { type Transaction, toJobId } from "./transaction.ts";
import { balance, findSibling, isStored, store } from "./transaction-table.ts";

/** How far GEN's clock may be behind ours. */
export const SKEW_MS = 600_000;
/** GEN takes credits this long after the booking, at most, for a charge that is found by amount and time. */
const SENT_WITHIN_MS = 600_000;
/** A charge of a job that was booked later than this after the transaction is the next one of a job that goes on. */
const EXACT_MS = 2_000;

/** `job`: only what names a known job. `any`: guesses, too. `keep`: what belongs to nothing is stored as unknown. */
export type Effort = "job" | "any" | "keep";

/** Stores the transactions that belong here, the oldest first, and returns the others. Those that are stored already change nothing. */
export function take(sql: SqlStorage, transactions: readonly Transaction[], effort: Effort): Transaction[] {
  return transactions.filter((each) => !isStored(sql, each) && !takeOne(sql, each, effort));
}

function takeOne(sql: SqlStorage, transaction: Transaction, effort: Effort): boolean {
  const known = findByJob(sql, transaction);
  if (known !== null) store(sql, transaction, { kind: "job", charge: known });
  else if (effort === "job" || !takeUnnamed(sql, transaction, effort === "keep")) return false;
  return true;
}

function takeUnnamed(sql: SqlStorage, transaction: Transaction, keeps: boolean): boolean {
  const { amount } = transaction;
  const sibling = findSibling(sql, transaction);
  const charge = sibling === null && amount > 0 ? guess(sql, transaction) : (sibling?.charge ?? null);
  if (charge !== null) store(sql, transaction, { kind: "guess", charge });
  else if (sibling === null && !keeps) return false;
  else {
    const acknowledgedAt = sibling?.acknowledgedAt ?? null;
    store(sql, transaction, { kind: "none", open: acknowledgedAt === null ? Math.max(amount, 0) : 0, acknowledgedAt });
    balance(sql, transaction);
  }
  return true;
}

/** A job that goes on after a stop is charged again: the transaction belongs to the charge before it. */
function findByJob(sql: SqlStorage, { source, at }: Transaction): ChargeKey | null {
  const query = `SELECT call, epoch FROM jobs JOIN charges USING (call, epoch) WHERE jobs.id = ? AND charges.at <= ?
    ORDER BY charges.at <= ? DESC, abs(charges.at - ?) LIMIT 1`;
  const job = toJobId(source);
  return job === null ? null : toKey(sql.exec(query, job, at + SKEW_MS, at + EXACT_MS, at).toArray());
}

/** The latest one; one that was booked for this amount before one that was booked for none. */
function guess(sql: SqlStorage, { account, amount, at }: Transaction): ChargeKey | null {
  const query = `SELECT call, epoch FROM charges WHERE at BETWEEN ? AND ? AND account = ?
    AND (state = 'spent' OR (state = 'reserved' AND estimate IS NOT NULL))
    AND (estimate IS NULL OR abs(estimate - ?) < ${EXACT})
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.call = charges.call AND jobs.epoch = charges.epoch)
    AND NOT EXISTS (SELECT 1 FROM transactions AS other WHERE other.call = charges.call
      AND other.epoch = charges.epoch)
    ORDER BY estimate IS NULL, at DESC LIMIT 1`;
  return toKey(sql.exec(query, at - SENT_WITHIN_MS, at + EXACT_MS, account, amount).toArray());
}

/** A charge of which no job is known has come later than what GEN took for it: the nearest that fits is its own. */
export function claim(sql: SqlStorage, { account, at, callId, epoch, estimate }: Charge): void {
  const taken = sql.exec("SELECT 1 FROM transactions WHERE call = ? AND epoch = ?", callId, epoch).toArray();
  if (taken.length > 0) return;
  const query = `SELECT number, job FROM transactions WHERE open > 0 AND at BETWEEN ? AND ? AND account = ?
    AND (? IS NULL OR abs(amount - ?) < ${EXACT}) ORDER BY abs(at - ?) LIMIT 1`;
  const span = [at - EXACT_MS, at + SENT_WITHIN_MS];
  const [found] = sql.exec(query, ...span, account, estimate, estimate, at).toArray();
  if (found === undefined) return;
  const update = `UPDATE transactions SET call = ?, epoch = ?, guessed = 1, open = 0
    WHERE call IS NULL AND (number = ? OR job = ?)`;
  sql.exec(update, callId, epoch, Number(found.number), found.job ?? null);
}

function toKey([row]: Record<string, SqlStorageValue>[]): ChargeKey | null {
  return row === undefined ? null : { callId: String(row.call), epoch: Number(row.epoch) };
}
