/**
 * A month's ledger held against GEN's list of credit transactions: the ledger's part of it. `cron/reconciliation/` reads
 * the list.
 */
import type { ChargedJob, Standing } from "../ledger/charge.ts";
import type { ChargeKey } from "../ledger/charge-table.ts";
import type { CheckRecord } from "./check-record.ts";
import { type Compared, correct } from "./compare.ts";
import { claim, type Effort, SKEW_MS, take } from "./match.ts";
import type { Transaction, TransactionPlace, UnknownTransaction } from "./transaction.ts";
import { acknowledge, adopt, countOpen, disown, findUnknown, listOpen } from "./transaction-table.ts";

/** Counts end here. */
const MAX_COUNTED = 1_000;

/** What a check has newly found that nobody here knows. */
export interface Mismatch {
  readonly account: string;
  /** As `2026-11`, UTC: that of the ledger. */
  readonly month: string;
  readonly count: number;
  readonly credits: number;
  /** Milliseconds since the epoch. */
  readonly oldestAt: number;
  /** The newest of them. */
  readonly number: number;
}

/** How a month stands for one account. */
export interface CheckedAccount extends CheckRecord {
  /** How many transactions belong to charges of the ledger, and how many to none. */
  readonly matched: number;
  readonly unknown: number;
}

export class Reconciliation {
  readonly #sql: SqlStorage;
  readonly #kv: SyncKvStorage;

  constructor({ sql, kv }: Pick<DurableObjectStorage, "sql" | "kv">) {
    this.#sql = sql;
    this.#kv = kv;
  }

  records(): CheckRecord[] {
    return [...this.#kv.list<CheckRecord>({ prefix: "check:" })].map(([, record]) => record);
  }

  put(record: CheckRecord): void {
    this.#kv.put(`check:${record.account}`, record);
  }

  /** False when another check has begun: the record is not the one of this tick any more. */
  begin(record: CheckRecord, before: number | null): boolean {
    const known = this.#kv.get<CheckRecord>(`check:${record.account}`)?.tick ?? null;
    if (known === before) this.put(record);
    return known === before;
  }

  take(transactions: readonly Transaction[], effort: Effort): Transaction[] {
    return take(this.#sql, transactions, effort);
  }

  correct(compared: Compared): ChargeKey[] {
    return correct(this.#sql, compared);
  }

  /** A call has ended: which jobs are its own, and what was guessed, is known now. */
  learn({ charge, state, jobs }: Standing): void {
    if (jobs.length > 0 || state !== "spent") disown(this.#sql, charge);
    else claim(this.#sql, charge);
    for (const { id } of jobs) adopt(this.#sql, charge, id, charge.at - SKEW_MS);
  }

  /** A job has ended: what it cost is held against GEN's transactions anew. */
  compareAgain({ callId, epoch }: ChargeKey, { id }: ChargedJob): void {
    const query = "UPDATE transactions SET compared = 0 WHERE call = ? AND epoch = ? AND job = ? AND guessed = 0";
    this.#sql.exec(query, callId, epoch, id);
  }

  /** What is unknown and was told to nobody. It is told once. */
  takeUntold(account: string, month: string): Mismatch | null {
    const query = `SELECT COUNT(*) AS count, TOTAL(open) AS credits, MIN(at) AS oldest, MAX(number) AS number
      FROM transactions WHERE open > 0 AND told = 0 AND account = ?`;
    const { count, credits, oldest, number } = this.#sql.exec(query, account).one();
    if (Number(count) === 0) return null;
    this.#sql.exec("UPDATE transactions SET told = 1 WHERE open > 0 AND told = 0 AND account = ?", account);
    const found = { count: Number(count), credits: Number(credits), number: Number(number) };
    return { account, month, ...found, oldestAt: Number(oldest) };
  }

  accounts(): CheckedAccount[] {
    const query = `SELECT account, COUNT(call) AS matched, TOTAL(open > 0) AS unknown FROM transactions
      GROUP BY account`;
    const counts = new Map(
      this.#sql
        .exec(query)
        .toArray()
        .map((row) => [String(row.account), row]),
    );
    return this.records().map((record) => {
      const { matched = 0, unknown = 0 } = counts.get(record.account) ?? {};
      return { ...record, matched: Number(matched), unknown: Number(unknown) };
    });
  }

  list(place: TransactionPlace | null, limit: number): UnknownTransaction[] {
    return listOpen(this.#sql, place, limit);
  }

  count(): number {
    return countOpen(this.#sql, MAX_COUNTED);
  }

  find(number: number): UnknownTransaction | null {
    return findUnknown(this.#sql, number);
  }

  /** Null when there is nothing of this number to acknowledge. The first time counts. */
  acknowledge(number: number, at: number): UnknownTransaction | null {
    const found = this.find(number);
    if (found !== null && found.acknowledgedAt === null) acknowledge(this.#sql, found, at);
    return this.find(number);
  }
}
