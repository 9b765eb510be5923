/**
 * The charges of a month (UTC), of all GEN accounts: whose they are, what they were estimated to cost and have cost, and
 * how much of each budget is used. One object per month, so that a call is in all of its budgets or in none. Every
 * method may be repeated.
 */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../../context.ts";
import { withNextAlarm } from "../../objects/alarm.ts";
import { type AccountUsage, type Budget, type Reserved, toAccountName } from "../budget.ts";
import { toDay, toExpiry, toMonth } from "../period.ts";
import type { CheckRecord } from "../reconciliation/check-record.ts";
import type { Compared } from "../reconciliation/compare.ts";
import type { Effort } from "../reconciliation/match.ts";
import { Mismatches } from "../reconciliation/mismatches.ts";
import { type CheckedAccount, type Mismatch, Reconciliation } from "../reconciliation/reconciliation.ts";
import type { Transaction, TransactionPlace, UnknownTransaction } from "../reconciliation/transaction.ts";
import { TRANSACTION_TABLES } from "../reconciliation/transaction-table.ts";
import {
  addCarried,
  addUse,
  BUDGET_TABLES,
  type BudgetQuery,
  exhaust,
  hasUntold,
  keepUse,
  listBudgets,
  listUntold,
  markTold,
  type Reached,
  readUse,
  selectLeft,
  selectShortage,
} from "./budget-table.ts";
import { type Charge, type ChargedJob, type JobEnd, type LedgerRow, type Standing, toEnd } from "./charge.ts";
import { type ChargePage, findCharge, listCharges } from "./charge-list.ts";
import { CHARGE_TABLES, type ChargeKey, deleteRow, findRow, listJobs, putJob, putRow } from "./charge-table.ts";
import type { ChargeQuery, Group, ListedCharge, ReportQuery, Sums } from "./query.ts";
import { readGroups } from "./report.ts";
import { addSums, countsAlike, dropEmptySums, readSums, SUM_TABLES, subtract, toSums } from "./sum-table.ts";

export interface LedgerIsolate extends Isolate {
  /** Tells the owner that a share of a budget is used. Throws when that could not be stored. */
  readonly tellReached: (reached: Reached) => Promise<void>;
  /** Tells the owner that GEN took what nobody here knows. Throws when that could not be stored. */
  readonly tellMismatch: (mismatch: Mismatch) => Promise<void>;
}

export interface CheckResult {
  /** Charges that have cost something else than the ledger said. */
  readonly corrected: number;
  readonly mismatch: Mismatch | null;
}

const TELL_AGAIN_MS = 30_000;

export class Ledger extends DurableObject<Env> {
  readonly #isolate: LedgerIsolate;
  /** Accounts of an earlier version that were never used. Each is asked once. */
  readonly #unused = new Set<string>();
  readonly #reconciliation: Reconciliation;
  readonly #mismatches: Mismatches;
  #isOpen: boolean;

  constructor(ctx: DurableObjectState, env: Env, isolate: LedgerIsolate) {
    super(ctx, env);
    this.#isolate = isolate;
    const tables = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'charges'";
    this.#isOpen = ctx.storage.sql.exec(tables).toArray().length > 0;
    this.#reconciliation = new Reconciliation(ctx.storage);
    this.#mismatches = new Mismatches(ctx.storage.kv, isolate);
  }

  /** Books a charge in all of its budgets, or, when one of them has too little left, in none. */
  async reserve(charge: Charge, budgets: readonly Budget[]): Promise<Reserved> {
    const carried = await this.#readCarried(charge, budgets);
    await this.#open(charge.at);
    const { sql } = this.ctx.storage;
    const before = this.#endEarlier(findRow(sql, charge), charge);
    const readUses = () => budgets.map((budget) => ({ budget, used: readUse(sql, budget, charge.at) }));
    const uses = readUses();
    const all = addCarried(uses, carried);
    const shortage = before === null ? selectShortage(all, charge) : null;
    if (shortage !== null) {
      exhaust(sql, uses, charge);
      await this.#tellSoon();
      return { kind: "denied", shortage, left: selectLeft(all) };
    }
    for (const use of uses) keepUse(sql, use, charge.at);
    if (before === null) this.#put({ ...charge, state: "reserved", ...NO_END }, null);
    await this.#tellSoon();
    return { kind: "reserved", left: selectLeft(addCarried(readUses(), carried)) };
  }

  /**
   * Records that a charge was made; one that was not made leaves nothing. A word on an earlier booking of the same call
   * changes nothing.
   */
  async close({ charge, state, jobs }: Standing): Promise<void> {
    const { sql } = this.ctx.storage;
    const before = this.#isOpen ? findRow(sql, charge) : null;
    const isOther = before !== null && (state === "released" ? before.at !== charge.at : before.at > charge.at);
    if (isOther || (before === null && state === "released") || !(await this.#open(charge.at))) return;
    this.#reconciliation.learn({ charge, state, jobs });
    if (state === "released") return before === null ? undefined : this.#drop(before);
    for (const job of jobs) putJob(sql, charge, job, null);
    this.#put({ ...charge, estimate: charge.estimate ?? before?.estimate ?? null, state, ...NO_END }, before);
    await this.#tellSoon();
  }

  /** Records how a job of a charge has ended: what it cost takes the place of the estimate. */
  async settle(key: ChargeKey & Pick<Charge, "at">, job: ChargedJob, end: JobEnd): Promise<void> {
    if (!(await this.#open(key.at))) return;
    const { sql } = this.ctx.storage;
    putJob(sql, key, job, { ...end, at: this.#isolate.clock.now() });
    this.#reconciliation.compareAgain(key, job);
    const before = findRow(sql, key);
    if (before !== null) this.#put(before, before);
    await this.#tellSoon();
  }

  /** The budgets in which something was booked, nearest to their end first. */
  async budgets(query: BudgetQuery): Promise<Reached[]> {
    return this.#isOpen ? listBudgets(this.ctx.storage.sql, query) : [];
  }

  /** What counts for a holder in a day (`2026-11-22`) or in the month (`2026-11`). */
  async sums(holder: Pick<Budget, "of" | "name">, period: string): Promise<Sums> {
    return this.#isOpen ? readSums(this.ctx.storage.sql, holder, period) : toSums(null);
  }

  /** At most as many groups as `limit`, in no order. */
  async groups(query: ReportQuery, limit: number): Promise<Group[]> {
    return this.#isOpen ? readGroups(this.ctx.storage.sql, query, limit) : [];
  }

  async charges(query: ChargeQuery): Promise<ChargePage> {
    return this.#isOpen ? listCharges(this.ctx.storage.sql, query) : { listed: [], lookedTo: null };
  }

  /** Null when nothing was booked. */
  async charge(key: ChargeKey): Promise<ListedCharge | null> {
    return this.#isOpen ? findCharge(this.ctx.storage.sql, key) : null;
  }

  /** How far GEN's transactions are held against the ledgers, an account each. */
  async checks(): Promise<CheckRecord[]> {
    return this.#isOpen ? this.#reconciliation.records() : [];
  }

  /** `before`: the tick of the record that is replaced here. False when another check has replaced it. */
  async beginCheck(record: CheckRecord, before: number | null): Promise<boolean> {
    return (await this.#open(record.tick)) && this.#reconciliation.begin(record, before);
  }

  /** Takes what belongs to this month's charges, or (`keep`) all of it, and returns the rest. */
  async takeTransactions(transactions: readonly Transaction[], effort: Effort): Promise<readonly Transaction[]> {
    const [first] = transactions;
    if (first === undefined) return [];
    const isOpen = effort === "keep" ? await this.#open(first.at) : this.#isOpen;
    return isOpen ? this.#reconciliation.take(transactions, effort) : transactions;
  }

  /** Corrects what GEN's transactions show to have cost something else, and tells what is unknown. */
  async endCheck(record: CheckRecord, compared: Compared | null): Promise<CheckResult> {
    if (!this.#isOpen) return { corrected: 0, mismatch: null };
    const { kv, sql } = this.ctx.storage;
    const corrected = compared === null ? [] : this.#reconciliation.correct(compared);
    for (const key of corrected) {
      const row = findRow(sql, key);
      if (row !== null) this.#put(row, row);
    }
    this.#reconciliation.put(record);
    const isOver = record.progress === null || record.failed !== null;
    const mismatch = isOver ? this.#reconciliation.takeUntold(record.account, kv.get<string>("month") ?? "") : null;
    if (mismatch !== null) this.#mismatches.add(mismatch);
    await this.#tellSoon();
    return { corrected: corrected.length, mismatch };
  }

  async checkedAccounts(): Promise<CheckedAccount[]> {
    return this.#isOpen ? this.#reconciliation.accounts() : [];
  }

  /** What GEN took and nobody here knows: the newest first, after `place`. */
  async unknownTransactions(place: TransactionPlace | null, limit: number): Promise<UnknownTransaction[]> {
    return this.#isOpen ? this.#reconciliation.list(place, limit) : [];
  }

  /** Ends at a thousand. */
  async countUnknown(): Promise<number> {
    return this.#isOpen ? this.#reconciliation.count() : 0;
  }

  /** Null for what is not unknown, and was not. */
  async unknownTransaction(number: number): Promise<UnknownTransaction | null> {
    return this.#isOpen ? this.#reconciliation.find(number) : null;
  }

  /** An operator knows it. */
  async acknowledge(number: number): Promise<UnknownTransaction | null> {
    return this.#isOpen ? this.#reconciliation.acknowledge(number, this.#isolate.clock.now()) : null;
  }

  override async alarm(): Promise<void> {
    const { clock } = this.#isolate;
    const expiresAt = this.ctx.storage.kv.get<number>("expiresAt") ?? 0;
    if (clock.now() >= expiresAt) {
      this.#isOpen = false;
      return this.ctx.storage.deleteAll();
    }
    await withNextAlarm(this.ctx.storage, clock.now() + TELL_AGAIN_MS, async () => {
      for (const reached of listUntold(this.ctx.storage.sql)) {
        await this.#isolate.tellReached(reached);
        markTold(this.ctx.storage.sql, reached);
      }
      await this.#mismatches.handOver();
      const nextAt = hasUntold(this.ctx.storage.sql) ? clock.now() : this.#mismatches.dueAt;
      await this.ctx.storage.setAlarm(Math.min(expiresAt, nextAt));
    });
  }

  /**
   * A call is booked anew under its epoch only after it was not charged. If that was not reported yet, its earlier
   * booking ends here: the new one may be dearer, have another tag, or fall on another day, and must find room itself.
   */
  #endEarlier(before: LedgerRow | null, { at }: Charge): LedgerRow | null {
    if (before === null || before.at === at) return before;
    this.#drop(before);
    return null;
  }

  /** Nothing was charged: nothing is kept of it. */
  #drop(row: LedgerRow): void {
    deleteRow(this.ctx.storage.sql, row);
    this.#count(row, subtract(toSums(null), toSums(row)));
    dropEmptySums(this.ctx.storage.sql, row);
  }

  /** Stores a row, and changes sums and budgets by the difference, together. */
  #put(row: LedgerRow, before: LedgerRow | null): void {
    const { sql } = this.ctx.storage;
    const after = { ...row, ...(row.state === "reserved" ? NO_END : toEnd(row, listJobs(sql, row))) };
    const isNew = before === null || before.at !== row.at || !countsAlike(before, after);
    putRow(sql, after, isNew);
    if (before !== null && isNew) this.#count(before, subtract(toSums(null), toSums(before)));
    this.#count(after, subtract(toSums(after), toSums(isNew ? null : before)));
  }

  #count(row: LedgerRow, change: Sums): void {
    addSums(this.ctx.storage.sql, row, change);
    addUse(this.ctx.storage.sql, row, change);
  }

  /** Makes the tables at the first charge. False when the month is no longer kept. */
  async #open(at: number): Promise<boolean> {
    if (this.#isOpen) return true;
    const expiresAt = toExpiry(at);
    const now = this.#isolate.clock.now();
    if (now >= expiresAt) return false;
    this.ctx.storage.sql.exec(CHARGE_TABLES + SUM_TABLES + BUDGET_TABLES + TRANSACTION_TABLES);
    this.ctx.storage.kv.put("expiresAt", expiresAt);
    this.ctx.storage.kv.put("firstDay", toDay(now));
    this.ctx.storage.kv.put("month", toMonth(at));
    this.#isOpen = true;
    await this.ctx.storage.setAlarm(expiresAt);
    return true;
  }

  async #tellSoon(): Promise<void> {
    if (!hasUntold(this.ctx.storage.sql) && this.#mismatches.isEmpty) return;
    const [now, alarmAt] = [this.#isolate.clock.now(), await this.ctx.storage.getAlarm()];
    // A notification that could not be handed over waits until it is tried again.
    if (alarmAt === null || alarmAt > now + TELL_AGAIN_MS) await this.ctx.storage.setAlarm(now);
  }

  /**
   * On the ledger's first day: what the day's account of an earlier version holds for the charge's client. Its calls
   * may still end, so it is asked each time.
   */
  async #readCarried({ clientId, at }: Charge, budgets: readonly Budget[]): Promise<AccountUsage> {
    const day = toDay(at);
    const isFirst = (this.ctx.storage.kv.get<string>("firstDay") ?? day) === day;
    const name = toAccountName(clientId, day);
    if (!isFirst || !budgets.some(({ of }) => of === "client") || this.#unused.has(name)) return NOTHING;
    const carried = await this.#isolate.objects.ACCOUNTS.getByName(name).usage();
    if (carried.calls === 0) this.#unused.add(name);
    return carried;
  }
}

const NO_END = { cost: null, givenBack: null, ended: null } as const;

const NOTHING: AccountUsage = { calls: 0, credits: 0 };
