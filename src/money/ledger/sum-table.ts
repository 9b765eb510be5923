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

/** Whose and what a charge is, and its day: columns, in the order of the table. */
const KEY = ["day", "client", "account", "tag", "agent", "pipeline", "operation", "type"] as const;
/** The sums, and their columns in the order of the table. */
const COLUMNS = {
  reservedCalls: "reserved_calls",
  spentCalls: "spent_calls",
  reserved: "reserved",
  spent: "spent",
  givenBack: "given_back",
  failed: "failed",
  unpriced: "unpriced",
} as const satisfies Readonly<Record<keyof Sums, string>>;
const NAMES = Object.keys(COLUMNS) as (keyof Sums)[];

/** The columns of a query that adds up rows. */
export const TOTALS = NAMES.map((name) => `TOTAL(${COLUMNS[name]}) AS ${name}`).join(", ");

export const NO_SUMS = toEach(() => 0);

export function add(a: Sums, b: Sums): Sums {
  return toEach((name) => a[name] + b[name]);
}

export function subtract(after: Sums, before: Sums): Sums {
  return toEach((name) => after[name] - before[name]);
}

function toEach(toSum: (name: keyof Sums) => number): Sums {
  return Object.fromEntries(NAMES.map((name) => [name, toSum(name)])) as unknown as Sums;
}

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

/** The values of `KEY`. */
function toKey({ at, clientId, account, tag, agentId, pipeline, operation, type }: LedgerRow): string[] {
  return [toDay(at), clientId, account, tag ?? "", agentId ?? "", pipeline ?? "", operation, type ?? ""];
}

/** Whether two rows are in the same sums. */
export function countsAlike(a: LedgerRow, b: LedgerRow): boolean {
  return toKey(a).join("\n") === toKey(b).join("\n");
}

/** Adds a change to the sums of the charge's day. */
export function addSums(sql: SqlStorage, row: LedgerRow, change: Sums): void {
  const values = [...toKey(row), ...NAMES.map((name) => change[name])];
  const added = Object.values(COLUMNS).map((column) => `${column} = ${column} + excluded.${column}`);
  const query = `INSERT INTO sums VALUES (${values.map(() => "?").join(", ")})
    ON CONFLICT DO UPDATE SET ${added.join(", ")}`;
  sql.exec(query, ...values);
}

/** The sums of a charge's day, if nothing counts in them any more. Fractions may leave a trace when they are taken off. */
export function dropEmptySums(sql: SqlStorage, row: LedgerRow): void {
  const query = `DELETE FROM sums WHERE ${KEY.map((column) => `${column} = ?`).join(" AND ")}
    AND reserved_calls = 0 AND spent_calls = 0 AND failed = 0 AND unpriced = 0
    AND abs(reserved) < ${EXACT} AND abs(spent) < ${EXACT}`;
  sql.exec(query, ...toKey(row));
}

/** Of these there may be many, and each reads its own rows alone. */
const INDEXED: readonly Budget["of"][] = ["client", "tag", "pipeline"];
const DAYS_OF_MONTH = "day >= ? || '-01' AND day <= ? || '-31'";

/** The sums of all that counts for a holder, in a day (`2026-11-22`) or, with a month (`2026-11`), in all of it. */
export function readSums(sql: SqlStorage, { of, name }: Pick<Budget, "of" | "name">, period: string): Sums {
  const [days, span] = toPer(period) === "day" ? ["day = ?", [period]] : [DAYS_OF_MONTH, [period, period]];
  const [whose, holder] = of === "all" ? ["", []] : [` AND ${of} = ?`, [name]];
  const index = INDEXED.includes(of) ? `INDEXED BY sums_by_${of}` : "";
  const query = `SELECT ${TOTALS} FROM sums ${index} WHERE ${days}${whose}`;
  return sql.exec(query, ...span, ...holder).one() as unknown as Sums;
}
