/** Whose money a call spends, and under which limits. Plain data, fixed when the call is accepted. */
import type { Policy } from "../access/policy.ts";
import type { MoneyLimits } from "../bounds/money-limits.ts";
import type { BudgetRule, Prices } from "../budget-variables.ts";
import type { Config } from "../env.ts";
import type { Budget } from "./budget.ts";

export interface Spending extends MoneyLimits {
  /** A client, a user, or `pipeline:<name>` for a run that no client has started. */
  readonly payer: string;
  readonly pipeline: string | null;
  /** GEN's generation type; null for what is no generation, or can't be read. */
  readonly type: string | null;
  readonly budgets: readonly Budget[];
}

/** Limits as policies and pipelines write them. */
export interface Limits {
  readonly chargesPerDay?: number | undefined;
  readonly chargesPerMonth?: number | undefined;
  readonly creditsPerDay?: number | undefined;
  readonly creditsPerMonth?: number | undefined;
  readonly prices?: Prices | undefined;
}

const LIMITS = [
  ["chargesPerDay", "calls", "day"],
  ["creditsPerDay", "credits", "day"],
  ["chargesPerMonth", "calls", "month"],
  ["creditsPerMonth", "credits", "month"],
] as const satisfies readonly (readonly [keyof Limits, Budget["unit"], Budget["per"]])[];

type Holder = Pick<Budget, "of" | "name">;

/** The budgets of one holder. */
export function toBudgets(holder: Holder, limits: Limits): Budget[] {
  return LIMITS.flatMap(([member, unit, per]) => {
    const limit = limits[member];
    return limit === undefined ? [] : { ...holder, unit, per, limit };
  });
}

interface Spender {
  readonly payer: string;
  /** The payer's policy; null for a run that no client has started. */
  readonly policy: Policy | null;
  readonly pipeline: { readonly name: string; readonly limits: Limits } | null;
  readonly tag: string | null;
  readonly account: string;
  readonly type: string | null;
}

/** All limits of a charged call: of its payer, its tag, its pipeline, its GEN account, and of the deployment. */
export function toSpending(spender: Spender, { budgets, prices }: Pick<Config, "budgets" | "prices">): Spending {
  const { payer, policy, pipeline, tag, account, type } = spender;
  const ofPipeline = pipeline === null ? [] : toBudgets({ of: "pipeline", name: pipeline.name }, pipeline.limits);
  return {
    payer,
    pipeline: pipeline?.name ?? null,
    type,
    budgets: [
      ...toBudgets({ of: "client", name: payer }, policy ?? {}),
      ...(tag === null ? [] : selectRules({ of: "tag", name: tag }, budgets)),
      ...(pipeline === null
        ? []
        : selectLeast(ofPipeline, selectRules({ of: "pipeline", name: pipeline.name }, budgets))),
      ...selectRules({ of: "account", name: account }, budgets),
      ...selectRules({ of: "all", name: "" }, budgets),
    ],
    maxCredits: policy?.maxCredits ?? null,
    prices: { ...prices, ...pipeline?.limits.prices, ...policy?.prices },
  };
}

/** A holder's budgets by the variables. A rule that names the holder takes the place of one for each (`*`). */
function selectRules({ of, name }: Holder, rules: readonly BudgetRule[]): Budget[] {
  const named = rules.filter((rule) => rule.of === of && rule.name === name);
  const each = rules.filter((rule) => rule.of === of && rule.name === "*");
  const rest = each.filter((rule) => !named.some((other) => isAlike(rule, other)));
  return [...named, ...rest].map((rule) => ({ ...rule, name }));
}

function isAlike(a: Pick<Budget, "unit" | "per">, b: Pick<Budget, "unit" | "per">): boolean {
  return a.unit === b.unit && a.per === b.per;
}

/** One holder's budgets from two places: where both limit the same, the smaller limit holds. */
function selectLeast(a: readonly Budget[], b: readonly Budget[]): Budget[] {
  const all = [...a, ...b];
  return all.filter((budget, index) => {
    return !all.some((other, at) => {
      const isStricter = other.limit < budget.limit || (other.limit === budget.limit && at < index);
      return isAlike(budget, other) && isStricter;
    });
  });
}
