/** `GET /v1/usage`: a client's use of its quota today; operators can ask for any client. Counted only with a quota. */

import { type Client, isOperator } from "../../access/policy.ts";
import { toDay, toMonth, toRenewal } from "../../money/budget.ts";
import { type Problem, refuse, refuseForScope } from "../../problems/problem.ts";
import type { Context } from "../context.ts";

const CLIENT_ID = /^[A-Za-z0-9_]{1,64}$/;

export async function showUsage(_: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  const asked = ctx.url.searchParams.get("client");
  if (asked !== null && asked !== client.id && !isOperator(client)) return refuseForScope("operator");
  if (asked !== null && !CLIENT_ID.test(asked)) return refuse("bad_request", { reason: "query_malformed" });
  const now = ctx.clock.now();
  const id = asked ?? client.id;
  const ledger = ctx.objects.LEDGER.getByName(toMonth(now));
  const sums = await ledger.sums({ of: "client", name: id }, toDay(now));
  const calls = { reserved: sums.reservedCalls, spent: sums.spentCalls };
  const credits = { reserved: sums.reserved, spent: sums.spent };
  // The limits of another client are in its policy, which is not loaded here.
  const { chargesPerDay = null, creditsPerDay = null } = client.policy;
  const isOwn = id === client.id;
  return Response.json({
    client_id: id,
    day: toDay(now),
    ...(isOwn ? { counted: chargesPerDay !== null || creditsPerDay !== null } : {}),
    charged_calls: describeSpending(calls, isOwn ? chargesPerDay : undefined),
    credits: describeSpending(credits, isOwn ? creditsPerDay : undefined),
    resets_at: new Date(toRenewal("day", now)).toISOString(),
  });
}

interface Used {
  readonly reserved: number;
  readonly spent: number;
}

/** `limit`: null for none, undefined when unknown. */
function describeSpending({ reserved, spent }: Used, limit: number | null | undefined) {
  if (limit === undefined) return { reserved, spent };
  return { reserved, spent, limit, left: limit === null ? null : Math.max(0, limit - reserved - spent) };
}
