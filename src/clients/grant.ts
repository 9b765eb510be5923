/**
 * What an operator may hand on over HTTP. The scope `operator` covers all scopes, as `npm run clients` does. What
 * confines the operator itself (agents, an account, bounds, an expiry) confines each key that it makes. Pure.
 */
import type { Policy } from "../access/policy.ts";

const LISTS = ["agents", "operations", "sheets", "generationTypes", "models"] as const;
const MOSTS = ["maxDurationSeconds", "chargesPerDay", "maxCredits", "creditsPerDay", "expiresAt"] as const;

/** The first member in which a policy reaches further than its maker's; null when it does not. */
export function findExcess(policy: Policy, maker: Policy): keyof Policy | null {
  const list = LISTS.find((name) => !isWithin(policy[name], maker[name]));
  const most = MOSTS.find(
    (name) => (policy[name] ?? Number.POSITIVE_INFINITY) > (maker[name] ?? Number.POSITIVE_INFINITY),
  );
  const account = maker.account !== undefined && policy.account !== maker.account ? ("account" as const) : null;
  return list ?? most ?? account;
}

type Listed = "*" | readonly string[] | undefined;

function isWithin(list: Listed, all: Listed): boolean {
  if (all === undefined || all === "*") return true;
  return list !== undefined && list !== "*" && list.every((each) => all.includes(each));
}
