/** Whose money a call spends, and under which limits. Plain data, fixed when the call is accepted. */
import type { Policy } from "../access/policy.ts";
import type { Budget } from "./budget.ts";

export interface Spending {
  /** A client, a user, or `pipeline:<name>` for a run that no client has started. */
  readonly payer: string;
  readonly pipeline: string | null;
  /** GEN's generation type; null for what is no generation, or can't be read. */
  readonly type: string | null;
  /** All that it must fit in. */
  readonly budgets: readonly Budget[];
  /** The most credits for this one call. */
  readonly maxCredits: number | null;
  /** What a call counts for that GEN does not price: credits by generation type or operation. */
  readonly prices: Readonly<Record<string, number>>;
}

/** Limits as policies, pipelines and variables write them. */
export interface Limits {
  readonly chargesPerDay?: number | undefined;
  readonly chargesPerMonth?: number | undefined;
  readonly creditsPerDay?: number | undefined;
  readonly creditsPerMonth?: number | undefined;
}

const LIMITS = [
  ["chargesPerDay", "calls", "day"],
  ["creditsPerDay", "credits", "day"],
  ["chargesPerMonth", "calls", "month"],
  ["creditsPerMonth", "credits", "month"],
] as const satisfies readonly (readonly [keyof Limits, Budget["unit"], Budget["per"]])[];

/** The budgets of one holder. */
export function toBudgets(holder: Pick<Budget, "of" | "name">, limits: Limits): Budget[] {
  return LIMITS.flatMap(([member, unit, per]) => {
    const limit = limits[member];
    return limit === undefined ? [] : { ...holder, unit, per, limit };
  });
}

/** Whether the call needs a price before it is sent. */
export function needsPrice({ budgets, maxCredits }: Pick<Spending, "budgets" | "maxCredits">): boolean {
  return maxCredits !== null || budgets.some(({ unit }) => unit === "credits");
}

interface Spender {
  readonly payer: string;
  /** The payer's policy; null for a run that no client has started. */
  readonly policy: Policy | null;
  readonly pipeline: string | null;
  readonly type: string | null;
}

export function toSpending({ payer, policy, pipeline, type }: Spender): Spending {
  return {
    payer,
    pipeline,
    type,
    budgets: toBudgets({ of: "client", name: payer }, policy ?? {}),
    maxCredits: policy?.maxCredits ?? null,
    prices: {},
  };
}
