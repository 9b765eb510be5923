/**
 * The charges of a month (UTC), of all GEN accounts: whose they are, what they were estimated to cost and have cost, and
 * how much of each budget is used. One object per month, so that a call is in all of its budgets or in none. Every
 * method may be repeated.
 */
import { DurableObject } from "cloudflare:workers";
import type { Isolate } from "../../context.ts";
import { withNextAlarm } from "../../objects/alarm.ts";
import { type AccountUsage, type Budget, type Left, type Reserved, toAccountName, toDay } from "../budget.ts";
import {
  addUse,
  BUDGET_TABLES,
  type BudgetQuery,
  exhaust,
  keepUse,
  listBudgets,
  listUntold,
  markTold,
  type Reached,
  readUse,
  selectShortage,
  toLeft,
  type Use,
} from "./budget-table.ts";
import { type Charge, type ChargedJob, type JobEnd, type LedgerRow, type Standing, toEnd } from "./charge.ts";
import { type ChargePage, findCharge, listCharges } from "./charge-list.ts";
import { CHARGE_TABLES, type ChargeKey, findRow, listJobs, putJob, putRow } from "./charge-table.ts";
import type { ChargeQuery, Group, ListedCharge, ReportQuery, Sums } from "./query.ts";
import { readGroups } from "./report.ts";
import { addSums, countsAlike, readSums, SUM_TABLES, subtract, toSums } from "./sum-table.ts";

export interface LedgerIsolate extends Isolate {
  /** Tells the owner that a share of a budget is used. Throws when that could not be stored. */
  readonly tellReached: (reached: Reached) => Promise<void>;
}

const KEPT_MONTHS = 13;
const TELL_AGAIN_MS = 30_000;

export class Ledger extends DurableObject<Env> {
  readonly #isolate: LedgerIsolate;
  /** Accounts of an earlier version that were never used. Each is asked once. */
  readonly #unused = new Set<string>();
  #isOpen: boolean;

  constructor(ctx: DurableObjectState, env: Env, isolate: LedgerIsolate) {
    super(ctx, env);
    this.#isolate = isolate;
    const tables = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'charges'";
    this.#isOpen = ctx.storage.sql.exec(tables).toArray().length > 0;
  }

  /** Books a charge in all of its budgets, or, when one of them has too little left, in none. */
  async reserve(charge: Charge, budgets: readonly Budget[]): Promise<Reserved> {
    const carried = await this.#readCarried(charge, budgets);
    await this.#open(charge.at);
    const { sql } = this.ctx.storage;
    const before = findRow(sql, charge);
    const isBooked = before !== null && before.state !== "released";
    const uses = budgets.map((budget) => ({ budget, used: readUse(sql, budget, charge.at) }));
    const all = uses.map((use) => ({ ...use, used: use.used + toCarried(use.budget, carried) }));
    const shortage = isBooked ? null : selectShortage(all, charge);
    if (shortage !== null) {
      exhaust(sql, shortage, charge.at);
      await this.#tellSoon();
      return { kind: "denied", shortage, left: selectLeft(all) };
    }
    for (const use of uses) keepUse(sql, use, charge.at);
    if (!isBooked || before.at !== charge.at) this.#put({ ...charge, state: "reserved", ...NO_END }, before);
    await this.#tellSoon();
    const left = budgets.map((budget) => {
      return { budget, used: readUse(sql, budget, charge.at) + toCarried(budget, carried) };
    });
    return { kind: "reserved", left: selectLeft(left) };
  }

  /** Records that a charge was made, or was not. A word on an earlier booking of the same call changes nothing. */
  async close({ charge, state, jobs }: Standing): Promise<void> {
    const { sql } = this.ctx.storage;
    const before = this.#isOpen ? findRow(sql, charge) : null;
    if (before !== null && before.at > charge.at) return;
    if ((before === null && state === "released") || !(await this.#open(charge.at))) return;
    for (const job of jobs) putJob(sql, charge, job, null);
    this.#put({ ...charge, estimate: charge.estimate ?? before?.estimate ?? null, state, ...NO_END }, before);
    await this.#tellSoon();
  }

  /** Records how a job of a charge has ended: what it cost takes the place of the estimate. */
  async settle(key: ChargeKey & Pick<Charge, "at">, job: ChargedJob, end: JobEnd): Promise<void> {
    if (!(await this.#open(key.at))) return;
    const { sql } = this.ctx.storage;
    putJob(sql, key, job, end);
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
      await this.ctx.storage.setAlarm(expiresAt);
    });
  }

  /** Stores a row, and changes sums and budgets by the difference, together. */
  #put(row: LedgerRow, before: LedgerRow | null): void {
    const { sql } = this.ctx.storage;
    const isMade = row.state === "spent" || row.state === "unknown";
    const after = { ...row, ...(isMade ? toEnd(row, listJobs(sql, row)) : NO_END) };
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
    this.ctx.storage.sql.exec(CHARGE_TABLES + SUM_TABLES + BUDGET_TABLES);
    this.ctx.storage.kv.put("expiresAt", expiresAt);
    this.ctx.storage.kv.put("firstDay", toDay(now));
    this.#isOpen = true;
    await this.ctx.storage.setAlarm(expiresAt);
    return true;
  }

  async #tellSoon(): Promise<void> {
    if (listUntold(this.ctx.storage.sql).length > 0) await this.ctx.storage.setAlarm(this.#isolate.clock.now());
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

function toCarried({ of, unit, per }: Budget, carried: AccountUsage): number {
  return of === "client" && per === "day" ? carried[unit] : 0;
}

function selectLeft(uses: readonly Use[]): Left {
  const left: Partial<Record<Budget["of"], number>> = {};
  for (const use of uses) {
    const { of, unit } = use.budget;
    if (unit === "credits") left[of] = Math.min(left[of] ?? Number.POSITIVE_INFINITY, toLeft(use));
  }
  return left;
}

/** The end of the month, and 13 months. */
function toExpiry(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1 + KEPT_MONTHS, 1);
}
