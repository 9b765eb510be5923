/**
 * What an operator may hand on over HTTP. The scope `operator` covers all scopes, as `npm run clients` does. What
 * confines the operator itself (agents, an account, a tag, bounds, prices, a tier, an expiry) confines each key that it
 * makes. Pure.
 */
import { type Client, type Policy, TIERS } from "../access/policy.ts";
import { toBudgets } from "../money/spending.ts";

const LISTS = ["agents", "operations", "sheets", "generationTypes", "models"] as const;
const MOSTS = ["maxDurationSeconds", "maxCredits", "expiresAt"] as const;

/**
 * Why an operator may neither make nor rotate clients and policies; null when it may. A user's token is short-lived and
 * reaches its own things only. A budget of a day or a month counts per client, so that new clients would multiply it.
 */
export function findBar({ kind, policy }: Client): "grant_by_user" | "grant_under_quota" | null {
  if (kind === "user") return "grant_by_user";
  return toBudgets({ of: "client", name: "" }, policy).length === 0 ? null : "grant_under_quota";
}

/** The first member in which a policy reaches further than its maker's; null when it does not. */
export function findExcess(policy: Policy, maker: Policy): keyof Policy | null {
  const list = LISTS.find((name) => !isWithin(policy[name], maker[name]));
  const most = MOSTS.find(
    (name) => (policy[name] ?? Number.POSITIVE_INFINITY) > (maker[name] ?? Number.POSITIVE_INFINITY),
  );
  const account = maker.account !== undefined && policy.account !== maker.account ? ("account" as const) : null;
  const tier = maker.tier !== undefined && toRank(policy) > toRank(maker) ? ("tier" as const) : null;
  const tag = isTaggedAlike(policy, maker) ? null : ("tag" as const);
  const prices = isPricedAlike(policy, maker) ? null : ("prices" as const);
  return list ?? most ?? account ?? tier ?? tag ?? prices;
}

/** Without its maker's tag it would spend beside the budget of that tag. */
function isTaggedAlike(policy: Policy, maker: Policy): boolean {
  if (maker.tag !== undefined) return policy.tag === maker.tag;
  return maker.tagRequired !== true || policy.tagRequired === true || policy.tag !== undefined;
}

/** With lower prices, or others, it could spend more within the same limits. */
function isPricedAlike({ prices = {} }: Policy, maker: Policy): boolean {
  if (maker.prices === undefined && maker.maxCredits === undefined) return true;
  const least = maker.prices ?? {};
  const names = Object.keys({ ...prices, ...least });
  return names.every((name) => (prices[name] ?? -1) >= (least[name] ?? Number.POSITIVE_INFINITY));
}

function toRank({ tier = "standard" }: Policy): number {
  return TIERS.indexOf(tier);
}

type Listed = "*" | readonly string[] | undefined;

function isWithin(list: Listed, all: Listed): boolean {
  if (all === undefined || all === "*") return true;
  return list !== undefined && list !== "*" && list.every((each) => all.includes(each));
}
