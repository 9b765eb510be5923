/** Why a step's call was not charged, as the failure of the step, or as what it waits for. Pure. */
import type { Policy } from "../../access/policy.ts";
import type { CallView } from "../../calls/call.ts";
import { toIso } from "../../encoding/time.ts";
import type { OperationName } from "../../gen/operations.ts";
import { isLimitTold, isQuota, type Shortage } from "../../money/budget.ts";
import { toDeveloperDetail } from "../../problems/developer-details.ts";
import { refuse } from "../../problems/problem.ts";
import type { Turn } from "../protocol.ts";
import { toFailedTurn, toStepError } from "./call-failed.ts";

type Uncharged = Extract<CallView, { kind: "not_charged" }>;

/** `policy`: of the client that has started the run; null when none has. */
export function toUncharged(
  view: Uncharged,
  {
    operation,
    policy,
    ...decision
  }: { operation: OperationName; policy: Policy | null; turns: number; creditWaits: number },
): Turn {
  const { failure, price, retryAfterMs, shortage } = view;
  switch (view.why) {
    case "cancelled":
      return fail("call_cancelled", "The call was cancelled.");
    case "quota":
      return fail(isQuota(shortage) ? "quota_exhausted" : "budget_exhausted", describeShortage(shortage, price));
    case "price":
      return fail(
        "price_over_limit",
        `The call needs ${price} credits by GEN's estimate, and its client may spend ${policy?.maxCredits} on one.`,
      );
    case "price-unknown":
      return fail("price_unknown", toDeveloperDetail(refuse("price_unknown")) ?? "");
    case "paused":
      return fail("charges_paused", "Charges are paused.");
    case "not-booked":
      return fail("temporarily_unavailable", "Its budgets could not be asked.");
    case "refused":
    case "deferred":
    case "not-sent": {
      const failed = { kind: "failure", failure, veto: "no-time", ambiguous: false, retryAfterMs } as const;
      return toFailedTurn(toStepError(failed, operation), decision);
    }
  }
}

function fail(code: string, detail: string): Turn {
  return { kind: "failed", code, detail };
}

function describeShortage(shortage: Shortage | null, price: number | null): string {
  if (shortage === null) return "Too little is left of a budget.";
  const { unit, per, limit, left, renewsAt } = shortage;
  const rest = isLimitTold(shortage) ? `${left} of ${limit}` : left;
  const needed = unit === "credits" && price !== null ? `the call needs ${price}` : "the call needs more";
  const when = `It begins anew at ${toIso(renewsAt)}.`;
  return `Too little is left of the budget of ${toHolder(shortage)}: ${rest} ${unit} for this ${per} (UTC), and ${needed}. ${when}`;
}

function toHolder({ of, name }: Shortage): string {
  switch (of) {
    case "client":
      return "the client that started the run";
    case "tag":
      return `the tag ${name}`;
    case "pipeline":
      return `the pipeline ${name}`;
    case "account":
      return `the GEN account ${name}`;
    case "all":
      return "all calls together";
  }
}
