/** What a month's charges come to, by day and by whose and what they are: reports and budgets read no single charge. */
import type { Budget } from "../budget.ts";
import { EXACT } from "../credits.ts";
import { toDay, toPer } from "../period.ts";
import { type LedgerRow, toCredits } from "./charge.ts";
import type { Sums } from "./query.ts";

export const SUM_TABLES = `
  CREATE TABLE sums (day TEXT NOT NULL, client TEXT NOT NULL, account TEXT NOT NULL, tag TEXT NOT NULL,
    agent TEXT NOT NULL, pipeline TEXT NOT NULL, operation TEXT NOT NULL, type TEXT NOT NULL,
    reserved_calls INTEGER NOT NULL, spent_calls INTEGER NOT NULL, reserved REAL NOT NULL, spent REAL NOT NULL,
    given_back REAL NOT NULL, failed INTEGER NOT NULL, unpriced INTEGER NOT NULL,
    PRIMARY KEY (day, client, account, tag, agent, pipeline, operation, type)) WITHOUT ROWID;
  CREATE INDEX sums_by_client ON sums (client, day);
  CREATE INDEX sums_by_tag ON sums (tag, day);
  CREATE INDEX sums_by_pipeline ON sums (pipeline, day);`;

export const NO_SUMS: Sums = {
  reservedCalls: 0,
  spentCalls: 0,
  reserved: 0,
  spent: 0,
  givenBack: 0,
  failed: 0,
  unpriced: 0,
};

/** What one charge adds to the sums. */
export function toSums(row: LedgerRow | null): Sums {
  if (row === null) return NO_SUMS;
  const { state, calls, cost, estimate, givenBack, ended } = row;
  const credits = toCredits(row);
  const isReserved = state === "reserved";
  return {
    reservedCalls: isReserved ? calls : 0,
    spentCalls: isReserved ? 0 : calls,
    reserved: isReserved ? credits : 0,
    spent: isReserved ? 0 : credits,
    givenBack: givenBack ?? 0,
    failed: ended === "failed" || ended === "stopped" ? 1 : 0,
    unpriced: cost === null && estimate === null ? 1 : 0,
  };
}

/** Day, and whose and what it is. */
function toKey({ at, clientId, account, tag, agentId, pipeline, operation, type }: LedgerRow): string[] {
  return [toDay(at), clientId, account, tag ?? "", agentId ?? "", pipeline ?? "", operation, type ?? ""];
}

/** Whether two rows are in the same sums. */
export function countsAlike(a: LedgerRow, b: LedgerRow): boolean {
  return toKey(a).join("\n") === toKey(b).join("\n");
}

/** Adds a change to the sums of the charge's day. */
export function addSums(sql: SqlStorage, row: LedgerRow, change: Sums): void {
  const key = toKey(row);
  const { reservedCalls, spentCalls, reserved, spent, givenBack, failed, unpriced } = change;
  const values = [reservedCalls, spentCalls, reserved, spent, givenBack, failed, unpriced];
  const query = `INSERT INTO sums VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    reserved_calls = reserved_calls + excluded.reserved_calls, spent_calls = spent_calls + excluded.spent_calls,
    reserved = reserved + excluded.reserved, spent = spent + excluded.spent,
    given_back = given_back + excluded.given_back, failed = failed + excluded.failed,
    unpriced = unpriced + excluded.unpriced`;
  sql.exec(query, ...key, ...values);
}

/** The sums of a charge's day, if nothing counts in them any more. Fractions may leave a trace when they are taken off. */
export function dropEmptySums(sql: SqlStorage, row: LedgerRow): void {
  const query = `DELETE FROM sums WHERE day = ? AND client = ? AND account = ? AND tag = ? AND agent = ? AND pipeline = ?
    AND operation = ? AND type = ? AND reserved_calls = 0 AND spent_calls = 0 AND failed = 0 AND unpriced = 0
    AND abs(reserved) < ${EXACT} AND abs(spent) < ${EXACT}`;
  sql.exec(query, ...toKey(row));
}

/** The columns of a query that adds up rows. */
export const TOTALS = `TOTAL(reserved_calls) AS reservedCalls, TOTAL(spent_calls) AS spentCalls,
  TOTAL(reserved) AS reserved, TOTAL(spent) AS spent, TOTAL(given_back) AS givenBack, TOTAL(failed) AS failed,
  TOTAL(unpriced) AS unpriced`;

const COLUMNS = { client: "client", tag: "tag", pipeline: "pipeline", account: "account", all: null } as const;
/** Of these there may be many, and each reads its own rows alone. */
const INDEXED: readonly Budget["of"][] = ["client", "tag", "pipeline"];

/** The sums of all that counts for these holders, in a day (`2026-11-22`) or, with a month (`2026-11`), in all of it. */
export function readSums(sql: SqlStorage, { of, name }: Pick<Budget, "of" | "name">, period: string): Sums {
  const column = COLUMNS[of];
  const isDay = toPer(period) === "day";
  const days = isDay ? "day = ?" : "day >= ? || '-01' AND day <= ? || '-31'";
  const given = isDay ? [period] : [period, period];
  const index = INDEXED.includes(of) ? `INDEXED BY sums_by_${column}` : "";
  const query = `SELECT ${TOTALS} FROM sums ${index} WHERE ${days}${column === null ? "" : ` AND ${column} = ?`}`;
  const sums = sql.exec(query, ...given, ...(column === null ? [] : [name])).one();
  return sums as unknown as Sums;
}

export function add(a: Sums, b: Sums): Sums {
  return {
    reservedCalls: a.reservedCalls + b.reservedCalls,
    spentCalls: a.spentCalls + b.spentCalls,
    reserved: a.reserved + b.reserved,
    spent: a.spent + b.spent,
    givenBack: a.givenBack + b.givenBack,
    failed: a.failed + b.failed,
    unpriced: a.unpriced + b.unpriced,
  };
}

export function subtract(after: Sums, before: Sums): Sums {
  return {
    reservedCalls: after.reservedCalls - before.reservedCalls,
    spentCalls: after.spentCalls - before.spentCalls,
    reserved: after.reserved - before.reserved,
    spent: after.spent - before.spent,
    givenBack: after.givenBack - before.givenBack,
    failed: after.failed - before.failed,
    unpriced: after.unpriced - before.unpriced,
  };
}
