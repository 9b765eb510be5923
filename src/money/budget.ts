/** Budgets: how much may be spent, by whom or for what, in a day or a month (UTC). Pure. */

export const HOLDERS = ["client", "tag", "pipeline", "account", "all"] as const;

export interface Budget {
  readonly of: (typeof HOLDERS)[number];
  /** Whose: an id or a name; empty for `all`. */
  readonly name: string;
  readonly unit: "calls" | "credits";
  readonly per: "day" | "month";
  readonly limit: number;
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

const DAY_MS = 24 * 3_600_000;

/** The day as `2026-11-22`. */
export function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** The month as `2026-11`: also the name of its ledger. */
export function toMonth(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}

export function toPeriod(per: Budget["per"], at: number): string {
  return per === "day" ? toDay(at) : toMonth(at);
}

/** When the next day, or month, begins. Milliseconds since the epoch. */
export function toRenewal(per: Budget["per"], at: number): number {
  return toPeriodEnd(toPeriod(per, at));
}

/** The end of a day (`2026-11-22`) or of a month (`2026-11`). */
export function toPeriodEnd(period: string): number {
  const start = new Date(period);
  const isDay = period.length > "2026-11".length;
  return isDay ? start.getTime() + DAY_MS : Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
}

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
  return WARNINGS.findLast((percent) => used >= (limit * percent) / 100) ?? 0;
}

const KEPT_MONTHS = 13;

/** When the ledger of a month is deleted: 13 months after its end. */
export function toExpiry(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1 + KEPT_MONTHS, 1);
}
