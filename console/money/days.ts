/** Which days a report is of. Days are UTC, both ends included, as budgets count them. Kept in the address. Pure. */
import { formatDay } from "../parts/time.ts";
import type { Place } from "../routes/place.ts";

export const RANGES = {
  today: { name: "Today" },
  "7d": { name: "Last 7 days" },
  "30d": { name: "Last 30 days" },
  month: { name: "This month" },
  "last-month": { name: "Last month" },
} as const;

type RangeName = keyof typeof RANGES;

export interface Days {
  /** Null: from one day to another. */
  readonly range: RangeName | null;
  readonly from: string;
  readonly to: string;
}

const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;
/** How many months are kept, this one included. */
const MONTHS = 13;

export function readDays({ query }: Place, now: number): Days {
  const today = formatDay(now);
  const [from, to] = ["from", "to"].map((name) => query.get(name) ?? "");
  if (from !== undefined && isDay(from)) return { range: null, from, to: to && isDay(to) ? to : today };
  const named = query.get("range") ?? "";
  const range = Object.hasOwn(RANGES, named) ? (named as RangeName) : "month";
  return { range, ...toDays(range, now) };
}

function toDays(range: RangeName, now: number): Pick<Days, "from" | "to"> {
  const to = formatDay(now);
  switch (range) {
    case "today":
      return { from: to, to };
    case "7d":
      return { from: formatDay(now - 6 * DAY_MS), to };
    case "30d":
      return { from: formatDay(now - 29 * DAY_MS), to };
    case "month":
      return { from: toMonthStart(now, 0), to };
    case "last-month":
      return { from: toMonthStart(now, -1), to: formatDay(Date.parse(toMonthStart(now, 0)) - DAY_MS) };
  }
}

export function isDay(text: string): boolean {
  return DAY.test(text);
}

/** The first day that is kept for certain. */
export function toOldestDay(now: number): string {
  return toMonthStart(now, 1 - MONTHS);
}

/** The months that are kept for certain, the newest first: "2026-11". */
export function listMonths(now: number): string[] {
  return Array.from({ length: MONTHS }, (_, index) => toMonthStart(now, -index).slice(0, 7));
}

function toMonthStart(now: number, months: number): string {
  const date = new Date(now);
  return formatDay(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
}

/** All of them, in order. */
export function listDays({ from, to }: Pick<Days, "from" | "to">): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS) days.push(formatDay(at));
  return days;
}
