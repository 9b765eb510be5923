/**
 * What limits the money of a call, and what must be known of it beforehand: its price under a limit in credits, and how
 * many generations it starts under any. Pure.
 */

/** Part of a call's `Spending` (`money/spending.ts`). */
export interface MoneyLimits {
  /** All that it must fit in. */
  readonly budgets: readonly { readonly unit: "calls" | "credits" }[];
  /** The most credits for this one call. */
  readonly maxCredits: number | null;
  /** What a call counts for that GEN does not price: credits by generation type or operation. */
  readonly prices: Readonly<Record<string, number>>;
}

export function isLimited({ budgets, maxCredits }: Omit<MoneyLimits, "prices">): boolean {
  return maxCredits !== null || budgets.length > 0;
}

/** Whether the call needs a price before it is sent. */
export function needsPrice({ budgets, maxCredits }: Omit<MoneyLimits, "prices">): boolean {
  return maxCredits !== null || budgets.some(({ unit }) => unit === "credits");
}

interface Named extends Pick<MoneyLimits, "prices"> {
  readonly operation: string;
  readonly type: string | null;
}

/** The price that is named for one generation: for its type, else for its operation. Null when there is none. */
export function findNamedPrice({ operation, type, prices }: Named): number | null {
  const name = type !== null && Object.hasOwn(prices, type) ? type : operation;
  return Object.hasOwn(prices, name) ? (prices[name] ?? null) : null;
}
