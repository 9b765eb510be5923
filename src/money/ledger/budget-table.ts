/**
 * How much of each budget is used, in SQLite: a row for a budget and period with at least one reservation. It is kept
 * up with every charge that counts for its holder, so that a reservation reads a few rows, however much was spent.
 */
import {
  type AccountUsage,
  type Budget,
  type Left,
  parseHolder,
  type Shortage,
  selectReached,
  toHolder,
  WARNINGS,
} from "../budget.ts";
import { toExact } from "../credits.ts";
import { toPeriod, toRenewal } from "../period.ts";
import type { Charge } from "./charge.ts";
import type { Sums } from "./query.ts";
import { readSums } from "./sum-table.ts";

export const BUDGET_TABLES = `
  CREATE TABLE budgets (period TEXT NOT NULL, holder TEXT NOT NULL, unit TEXT NOT NULL, used REAL NOT NULL,
    cap REAL NOT NULL, reached INTEGER NOT NULL, told INTEGER NOT NULL,
    PRIMARY KEY (period, holder, unit)) WITHOUT ROWID;
  CREATE INDEX budgets_untold ON budgets (period) WHERE reached > told;`;

/** A budget of which a share is used, in percent. */
export interface Reached extends Pick<Budget, "of" | "name" | "unit" | "limit"> {
  /** A day, or a month. */
  readonly period: string;
  readonly percent: number;
  readonly used: number;
}

interface Use {
  readonly budget: Budget;
  readonly used: number;
}

/** All that a charge counts for, as holders of budgets. */
function listHolders({ clientId, tag, pipeline, account }: Charge): string[] {
  return [
    toHolder({ of: "client", name: clientId }),
    ...(tag === null ? [] : [toHolder({ of: "tag", name: tag })]),
    ...(pipeline === null ? [] : [toHolder({ of: "pipeline", name: pipeline })]),
    toHolder({ of: "account", name: account }),
    toHolder({ of: "all", name: "" }),
  ];
}

/** How much of a budget is used at this time, reservations included. */
export function readUse(sql: SqlStorage, budget: Budget, at: number): number {
  const period = toPeriod(budget.per, at);
  const query = "SELECT used FROM budgets WHERE period = ? AND holder = ? AND unit = ?";
  const [row] = sql.exec(query, period, toHolder(budget), budget.unit).toArray();
  return row === undefined ? toUsed(readSums(sql, budget, period), budget.unit) : Number(row.used);
}

/** What an account of an earlier version adds: it knew clients' days alone. */
export function addCarried(uses: readonly Use[], carried: AccountUsage): Use[] {
  return uses.map(({ budget, used }) => {
    const isCarried = budget.of === "client" && budget.per === "day";
    return { budget, used: isCarried ? used + carried[budget.unit] : used };
  });
}

/**
 * A budget that has too little left for this; null when all of them have enough. Of several, the one that begins anew
 * the latest: before that there is no use in coming back.
 */
export function selectShortage(uses: readonly Use[], charge: Wanted): Shortage | null {
  const short = uses.filter((use) => isShort(use, charge));
  const shortages = short.map(({ budget, used }) => {
    return { ...budget, left: toLeft(budget.limit, used), renewsAt: toRenewal(budget.per, charge.at) };
  });
  return shortages.sort((a, b) => b.renewsAt - a.renewsAt)[0] ?? null;
}

type Wanted = Pick<Charge, "calls" | "estimate" | "at">;

function isShort({ budget, used }: Use, { calls, estimate }: Wanted): boolean {
  return (budget.unit === "calls" ? calls : (estimate ?? 0)) > toLeft(budget.limit, used);
}

export function toLeft(limit: number, used: number): number {
  return Math.max(0, toExact(limit - used));
}

/** The least of what is left of the credits of each kind of holder. */
export function selectLeft(uses: readonly Use[]): Left {
  const left: Partial<Record<Budget["of"], number>> = {};
  for (const { budget, used } of uses) {
    const { of, unit, limit } = budget;
    if (unit === "credits") left[of] = Math.min(left[of] ?? Number.POSITIVE_INFINITY, toLeft(limit, used));
  }
  return left;
}

/** Keeps the use of a budget from now on; a changed limit takes effect. */
export function keepUse(sql: SqlStorage, { budget, used }: Use, at: number): void {
  const { per, unit, limit } = budget;
  const query = `INSERT INTO budgets VALUES (?1, ?2, ?3, ?4, ?5, 0, 0) ON CONFLICT DO UPDATE SET
    reached = min(reached, ?6), told = min(told, ?6), cap = excluded.cap WHERE cap <> excluded.cap`;
  sql.exec(query, toPeriod(per, at), toHolder(budget), unit, used, limit, selectReached(used, limit));
}

/** Adds a charge's change to the kept budgets of its holders. */
export function addUse(sql: SqlStorage, charge: Charge, change: Sums): void {
  const holders = listHolders(charge);
  const periods = [toPeriod("day", charge.at), toPeriod("month", charge.at)];
  const where = `WHERE period IN (?, ?) AND holder IN (${holders.map(() => "?").join(", ")})`;
  const [calls, credits] = [toUsed(change, "calls"), toUsed(change, "credits")];
  if (calls !== 0 || credits !== 0) {
    const add = `UPDATE budgets SET used = used + CASE unit WHEN 'calls' THEN ? ELSE ? END ${where}`;
    sql.exec(add, calls, credits, ...periods, ...holders);
  }
  for (const row of sql.exec(`SELECT * FROM budgets ${where}`, ...periods, ...holders).toArray())
    reach(sql, selectReached(Number(row.used), Number(row.cap)), row);
}

/**
 * A charge was denied. Of what was booked before, the limits of now take effect. If the owner of a budget that has too
 * little left was warned, that is its end.
 */
export function exhaust(sql: SqlStorage, uses: readonly Use[], charge: Wanted): void {
  for (const use of uses.filter(({ used }) => used > 0)) {
    const { budget, used } = use;
    keepUse(sql, use, charge.at);
    const query = "SELECT * FROM budgets WHERE period = ? AND holder = ? AND unit = ?";
    const row = sql.exec(query, toPeriod(budget.per, charge.at), toHolder(budget), budget.unit).one();
    const percent = Math.max(selectReached(used, budget.limit), Number(row.reached));
    reach(sql, percent > 0 && isShort(use, charge) ? 100 : percent, row);
  }
}

type Row = Record<string, SqlStorageValue>;

function reach(sql: SqlStorage, percent: number, { period, holder, unit, reached }: Row): void {
  if (percent <= Number(reached)) return;
  const query = "UPDATE budgets SET reached = ? WHERE period = ? AND holder = ? AND unit = ?";
  sql.exec(query, percent, period, holder, unit);
}

const UNTOLD = "FROM budgets WHERE reached > told LIMIT";
/** There may be as many as there are tags. */
const MAX_TOLD = 100;

/** What its owner was not told yet: the first of it. Each share by itself, though one charge may reach both. */
export function listUntold(sql: SqlStorage): Reached[] {
  return sql
    .exec(`SELECT * ${UNTOLD} ?`, MAX_TOLD)
    .toArray()
    .flatMap((row) => {
      const reached = toReached(row);
      const untold = WARNINGS.filter((percent) => percent > Number(row.told) && percent <= reached.percent);
      return untold.map((percent) => ({ ...reached, percent }));
    });
}

export function hasUntold(sql: SqlStorage): boolean {
  return sql.exec(`SELECT 1 ${UNTOLD} 1`).toArray().length > 0;
}

export interface BudgetQuery {
  /** Days and months. */
  readonly periods: readonly string[];
  /** Null: of all kinds. */
  readonly of: Budget["of"] | null;
  /** With a kind only. Null: of all names. */
  readonly name: string | null;
  readonly limit: number;
}

/** The budgets that were used, nearest to their end first. */
export function listBudgets(sql: SqlStorage, { periods, of, name, limit }: BudgetQuery): Reached[] {
  const holder = of === null ? null : toHolder({ of, name: name ?? "" });
  const where = holder === null ? "" : name === null ? "AND substr(holder, 1, length(?)) = ?" : "AND holder = ?";
  const given = holder === null ? [] : name === null ? [holder, holder] : [holder];
  const query = `SELECT * FROM budgets WHERE period IN (${periods.map(() => "?").join(", ")}) ${where}
    ORDER BY CASE WHEN cap > 0 THEN used / cap ELSE 1 END DESC, period, holder, unit LIMIT ?`;
  return sql
    .exec(query, ...periods, ...given, limit)
    .toArray()
    .map(toReached);
}

function toReached({ period, holder, unit, reached, used, cap }: Row): Reached {
  return {
    ...parseHolder(String(holder)),
    unit: unit as Budget["unit"],
    period: String(period),
    percent: Number(reached),
    used: toExact(Number(used)),
    limit: Number(cap),
  };
}

export function markTold(sql: SqlStorage, { of, name, unit, period, percent }: Reached): void {
  const query = "UPDATE budgets SET told = max(told, ?) WHERE period = ? AND holder = ? AND unit = ?";
  sql.exec(query, percent, period, toHolder({ of, name }), unit);
}

/** What is reserved or spent, in the budget's unit. */
export function toUsed(sums: Sums, unit: Budget["unit"]): number {
  return unit === "calls" ? sums.reservedCalls + sums.spentCalls : sums.reserved + sums.spent;
}
