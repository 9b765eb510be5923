/** Budgets: how much may be spent, by whom or for what, in a day or a month (UTC). Pure. */
import type { BudgetRule } from "../budget-variables.ts";
import { toExact } from "./credits.ts";

export const HOLDERS = ["client", "tag", "pipeline", "account", "all"] as const;

export interface Budget extends Pick<BudgetRule, "unit" | "per" | "limit"> {
  readonly of: (typeof HOLDERS)[number];
  /** Whose: an id or a name; empty for `all`. */
  readonly name: string;
}

/** A budget of which too little is left. */
export interface Shortage extends Budget {
  readonly left: number;
  /** When it begins anew. Milliseconds since the epoch. */
  readonly renewsAt: number;
}

/** Credits that are left of the budgets of each kind of holder: the least of them. */
export type Left = Readonly<Partial<Record<Budget["of"], number>>>;

export type Reserved =
  | { readonly kind: "reserved"; readonly left: Left }
  | { readonly kind: "denied"; readonly shortage: Shortage; readonly left: Left };

/** Shares of a budget, in percent, of which its owner is warned. */
export const WARNINGS = [80, 100] as const;

/** A client's own limits of a day are its quota. Null: of a call of an earlier version, which knew no other limits. */
export function isQuota(shortage: Pick<Budget, "of" | "per"> | null): boolean {
  return shortage === null || (shortage.of === "client" && shortage.per === "day");
}

/** Limits that the operator has set for a GEN account, or for all, are told to nobody else. */
export function isLimitTold({ of }: Pick<Budget, "of">): boolean {
  return of !== "account" && of !== "all";
}

/** Who holds a budget, as one word. */
export function toHolder({ of, name }: Pick<Budget, "of" | "name">): string {
  return `${of}:${name}`;
}

export function parseHolder(holder: string): Pick<Budget, "of" | "name"> {
  const colon = holder.indexOf(":");
  return { of: holder.slice(0, colon) as Budget["of"], name: holder.slice(colon + 1) };
}

/** The name of the object in which an earlier version kept a client's day. */
export function toAccountName(clientId: string, day: string): string {
  return `${clientId}:${day}`;
}

/** What it holds: charged calls, and the credits of those that were priced. */
export interface AccountUsage {
  readonly calls: number;
  readonly credits: number;
}

/** The percentage of the budget that was reached last; 0 for none of them. Nothing is reached of an empty budget. */
export function selectReached(used: number, limit: number): number {
  if (limit <= 0) return 0;
  return WARNINGS.findLast((percent) => toExact(used) >= toExact((limit * percent) / 100)) ?? 0;
}
