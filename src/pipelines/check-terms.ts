/** What is wrong with the budget and the tag that a pipeline's definition names. Pure. */
import * as v from "valibot";
import { findMeantName } from "../bounds/price-name.ts";
import { parsePrice, TAG } from "../budget-variables.ts";
import type { Limits } from "../money/spending.ts";

const Calls = v.pipe(v.number(), v.integer(), v.minValue(0));
const Credits = v.pipe(v.number(), v.finite(), v.minValue(0));
const Budget = v.strictObject({
  chargesPerDay: v.optional(Calls),
  chargesPerMonth: v.optional(Calls),
  creditsPerDay: v.optional(Credits),
  creditsPerMonth: v.optional(Credits),
  prices: v.optional(v.record(v.string(), Credits)),
});

/** A sentence; null when nothing is wrong. */
export function findTermsFault({ budget, tag }: { budget: Limits; tag: string | null }): string | null {
  if (tag !== null && !TAG.test(tag))
    return `"${tag}" is no tag: use 1 to 64 of A-Z, a-z, 0-9, dot, underscore, hyphen.`;
  const parsed = v.safeParse(Budget, budget);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return `its budget is not valid: ${v.getDotPath(issue) ?? "it"}: ${issue.message}`;
  }
  const [fault = null] = Object.keys(budget.prices ?? {}).flatMap((name) => findPriceFault(name) ?? []);
  return fault;
}

function findPriceFault(name: string): string | null {
  const price = parsePrice(`${name}=0`);
  if (typeof price === "string") return `the price of "${name}" in its budget ${price}`;
  const meant = findMeantName(name);
  return meant === null ? null : `its budget names a price for "${name}": did you mean ${meant}?`;
}
