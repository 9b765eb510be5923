/** What only the code can tell of `BUDGETS` and `PRICES`: whether the pipelines and prices that they name can exist. Pure. */
import { findMeantName } from "../bounds/price-name.ts";
import type { Config, ConfigProblem } from "../env.ts";

/** `pipelines`: the names of those that there are. */
export function checkMoneyVariables(
  { budgets, prices }: Pick<Config, "budgets" | "prices">,
  pipelines: readonly string[],
): ConfigProblem[] {
  const named = budgets.flatMap(({ of, name }) => (of === "pipeline" && name !== "*" ? [name] : []));
  const unknown = named.filter((name) => !pipelines.includes(name));
  const misspelt = Object.keys(prices).flatMap((name) => findMeantName(name) ?? []);
  return [
    ...unknown.map((name) => ({ variable: "BUDGETS", fault: `limits the pipeline ${name}, which does not exist.` })),
    ...misspelt.map((meant) => ({ variable: "PRICES", fault: `has a misspelt name. Did you mean ${meant}?` })),
  ];
}
