/**
 * Days (`2026-11-22`) and months (`2026-11`) of UTC, in which budgets and ledgers count. Times are milliseconds since the
 * epoch. Pure.
 */
import type { BudgetRule } from "../budget-variables.ts";

type Per = BudgetRule["per"];

/** How long a month's ledger is kept after its end. */
export const KEPT_MONTHS = 13;

const DAY_MS = 24 * 3_600_000;
const MONTH_CHARS = "2026-11".length;

export function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Also the name of its ledger. */
export function toMonth(at: number): string {
  return new Date(at).toISOString().slice(0, MONTH_CHARS);
}

/** The month of a day, or the month itself. */
export function toMonthOf(period: string): string {
  return period.slice(0, MONTH_CHARS);
}

export function toPeriod(per: Per, at: number): string {
  return per === "day" ? toDay(at) : toMonth(at);
}

export function toPer(period: string): Per {
  return period.length > MONTH_CHARS ? "day" : "month";
}

/** When the next day, or month, begins. */
export function toRenewal(per: Per, at: number): number {
  return toPeriodEnd(toPeriod(per, at));
}

export function toPeriodEnd(period: string): number {
  const start = Date.parse(period);
  return toPer(period) === "day" ? start + DAY_MS : toMonthStart(start, 1);
}

/** When the month begins that is so many after that of `at`; before it, if negative. */
export function toMonthStart(at: number, after: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + after, 1);
}

/** The months from one time to another, the oldest first. */
export function listMonths(from: number, to: number): string[] {
  const months: string[] = [];
  for (let start = toMonthStart(from, 0); start <= to; start = toMonthStart(start, 1)) months.push(toMonth(start));
  return months;
}

/** When the ledger of a month is deleted. */
export function toExpiry(at: number): number {
  return toMonthStart(at, 1 + KEPT_MONTHS);
}
