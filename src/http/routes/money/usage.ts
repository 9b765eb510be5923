/** `GET /v1/usage`: what a client has used today and this month, and its own budgets; operators can ask for any client. */
import { type Client, isOperator, type Policy, toAccount } from "../../../access/policy.ts";
import { toIso } from "../../../encoding/time.ts";
import type { Budget } from "../../../money/budget.ts";
import { toExact } from "../../../money/credits.ts";
import { toLeft, toUsed } from "../../../money/ledger/budget-table.ts";
import { toDay, toMonth, toPeriod, toRenewal } from "../../../money/period.ts";
import { toSpending } from "../../../money/spending.ts";
import { type Problem, refuseForScope } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";
import { describeHolder } from "../../forward/told-credits.ts";
import { refuseQuery } from "../list-query.ts";

/** A client, a user, or a pipeline (`pipeline:fill-empty-cells`). */
const PAYER = /^(?:[A-Za-z0-9_]{1,64}|pipeline:[a-z0-9-]{1,63})$/;

type Ledger = ReturnType<Context["objects"]["LEDGER"]["getByName"]>;

export async function showUsage(_: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  const id = ctx.url.searchParams.get("client") ?? client.id;
  if (id !== client.id && !isOperator(client)) return refuseForScope("operator");
  if (!PAYER.test(id)) return refuseQuery("client must be the id of a client, of a user or of a pipeline.");
  const now = ctx.clock.now();
  const isOwn = id === client.id;
  const ledger = ctx.objects.LEDGER.getByName(toMonth(now));
  const holder = { of: "client", name: id } as const;
  const [today, month, budgets] = await Promise.all([
    ledger.sums(holder, toDay(now)),
    ledger.sums(holder, toMonth(now)),
    isOwn ? describeBudgets(client, { ledger, now, config: ctx.config }) : null,
  ]);
  // The limits of another client are in its policy, which is not loaded here.
  const policy = isOwn ? client.policy : null;
  return Response.json({
    client_id: id,
    day: toDay(now),
    ...(isOwn ? { counted: true } : {}),
    ...describeSums(today, policy && { calls: policy.chargesPerDay, credits: policy.creditsPerDay }),
    resets_at: toIso(toRenewal("day", now)),
    month: describeSums(month, policy && { calls: policy.chargesPerMonth, credits: policy.creditsPerMonth }),
    ...(budgets === null ? {} : { budgets }),
  });
}

interface Asking {
  readonly ledger: Ledger;
  readonly now: number;
  readonly config: Context["config"];
}

/** The caller's own: of itself, and of the tag that its policy sets. What limits others, too, is the operator's to know. */
async function describeBudgets({ id, kind, policy }: Client, { ledger, now, config }: Asking) {
  const budgets = listOwn(id, policy, config);
  const sums = await Promise.all(budgets.map((budget) => ledger.sums(budget, toPeriod(budget.per, now))));
  return sums.map((sum, index) => {
    const budget = budgets[index] as Budget;
    const { unit, per, limit } = budget;
    const used = toExact(toUsed(sum, unit));
    const left = toLeft(limit, used);
    return { ...describeHolder(budget, kind), unit, per, limit, used, left, renews_at: toIso(toRenewal(per, now)) };
  });
}

function listOwn(payer: string, policy: Policy, config: Context["config"]): Budget[] {
  const spender = { payer, policy, pipeline: null, tag: policy.tag ?? null, account: toAccount(policy), type: null };
  return toSpending(spender, config).budgets.filter(({ of }) => of === "client" || of === "tag");
}

type Sums = Awaited<ReturnType<Ledger["sums"]>>;

/** `limits`: null when they are not known. */
function describeSums(sums: Sums, limits: { calls: number | undefined; credits: number | undefined } | null) {
  const calls = { reserved: sums.reservedCalls, spent: sums.spentCalls };
  const credits = { reserved: toExact(sums.reserved), spent: toExact(sums.spent) };
  return {
    charged_calls: limits === null ? calls : describeSpending(calls, limits.calls ?? null),
    credits: limits === null ? credits : describeSpending(credits, limits.credits ?? null),
  };
}

function describeSpending({ reserved, spent }: { reserved: number; spent: number }, limit: number | null) {
  const left = limit === null ? null : toLeft(limit, reserved + spent);
  return { reserved, spent, limit, left };
}
