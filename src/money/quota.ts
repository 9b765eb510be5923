import type { Allowance } from "./price.ts";

/** Quotas are per UTC day. */
const DAY_MS = 24 * 3_600_000;

/** The day as `2026-11-22`. */
export function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** When the next day begins. Milliseconds since the epoch. */
export function toNextDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS + DAY_MS;
}

/** The name of the object with a client's usage on a day. */
export function toAccountName(clientId: string, day: string): string {
  return `${clientId}:${day}`;
}

export interface Spending {
  readonly reserved: number;
  readonly spent: number;
}

export interface Usage {
  readonly calls: Spending;
  /** Of the calls that were priced. */
  readonly credits: Spending;
}

/** The quota of which too little is left. */
export interface Shortage {
  readonly of: "calls" | "credits";
  readonly limit: number;
  readonly left: number;
}

/** Null when the rest of the day's quotas is enough for this charge. */
export function selectShortage(
  used: Usage,
  charge: { readonly calls: number; readonly credits: number },
  { chargesPerDay, creditsPerDay }: Pick<Allowance, "chargesPerDay" | "creditsPerDay">,
): Shortage | null {
  const limits = [
    ["calls", chargesPerDay],
    ["credits", creditsPerDay],
  ] as const;
  for (const [of, limit] of limits) {
    const sum = used[of].reserved + used[of].spent;
    if (limit !== null && sum + charge[of] > limit) return { of, limit, left: Math.max(0, limit - sum) };
  }
  return null;
}
