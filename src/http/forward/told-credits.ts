/** What a client is told of its money: what is left of its budgets, and which of them has too little left. Pure. */
import type { Client } from "../../access/policy.ts";
import type { CallCredits, CallView } from "../../calls/call.ts";
import { toIso } from "../../encoding/time.ts";
import { type Budget, isLimitTold, isQuota, type Shortage } from "../../money/budget.ts";
import { toRenewal } from "../../money/period.ts";
import { type Problem, refuse } from "../../problems/problem.ts";

/**
 * `X-GenEdge-Credits`: the call's estimate and what its reservation has left of the client's own budgets in credits, the
 * least of them. Null where none applies. What is left to the deployment is no client's business.
 */
export function describeCredits({ estimate, left }: CallCredits): string | null {
  const own = [left.client, left.tag].filter((credits) => credits !== undefined);
  if (own.length === 0) return null;
  return `${estimate === null ? "" : `estimate=${estimate}, `}left=${Math.min(...own)}`;
}

type Refused = Pick<Extract<CallView, { kind: "not_charged" }>, "price" | "shortage">;

/** `shortage`: null for a call of an earlier version, which knew daily quotas of clients alone. */
export function refuseShort(
  { price, shortage }: Refused,
  { kind, now }: Pick<Client, "kind"> & { now: number },
): Problem {
  const renewsAt = shortage?.renewsAt ?? toRenewal("day", now);
  return {
    ...refuse(isQuota(shortage) ? "quota_exhausted" : "budget_exhausted"),
    members: {
      ...(price === null ? {} : { estimated_credits: price }),
      ...(shortage && isQuota(shortage)
        ? { quota: { of: shortage.unit, limit: shortage.limit, left: shortage.left } }
        : {}),
      ...(shortage ? { budget: describeShortage(shortage, kind) } : {}),
    },
    retryAfter: Math.max(1, Math.ceil((renewsAt - now) / 1_000)),
  };
}

export function describeShortage(shortage: Shortage, kind: Client["kind"]) {
  const { unit, per, limit, left, renewsAt } = shortage;
  return {
    ...describeHolder(shortage, kind),
    unit,
    per,
    ...(isLimitTold(shortage) ? { limit } : {}),
    left,
    renews_at: toIso(renewsAt),
  };
}

/** `kind`: of the caller, whose own budget may be a user's. */
export function describeHolder({ of, name }: Pick<Budget, "of" | "name">, kind: Client["kind"]) {
  return { of: of === "client" && kind === "user" ? "user" : of, name: of === "all" ? null : name };
}
