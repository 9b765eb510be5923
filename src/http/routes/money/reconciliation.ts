/**
 * `/v1/usage/reconciliation`: what GEN took and nobody here knows, a month at a time, and to what time that is checked.
 * For operators.
 */
import * as v from "valibot";
import { cursorOf, writeCursor } from "../../../activity/cursor.ts";
import { recordChange } from "../../../activity/record-change.ts";
import { toIso, toIsoOrNull } from "../../../encoding/time.ts";
import { toMonth } from "../../../money/period.ts";
import type { CheckedAccount } from "../../../money/reconciliation/reconciliation.ts";
import type { UnknownTransaction } from "../../../money/reconciliation/transaction.ts";
import { NOT_FOUND, type Problem } from "../../../problems/problem.ts";
import type { Asked, Context } from "../../context.ts";
import { asCursor, must, PAGE, parseListQuery, selectLast } from "../list-query.ts";

const MONTH = "\\d{4}-(?:0[1-9]|1[0-2])";
const Whole = v.pipe(v.number(), v.safeInteger());
const Place = v.pipe(
  v.tuple([Whole, Whole]),
  v.transform(([at, number]) => ({ at, number })),
);
const Query = v.strictObject({
  limit: PAGE.limit,
  cursor: v.optional(asCursor(cursorOf(Place))),
  month: v.optional(must("a month like 2026-11", v.pipe(v.string(), v.regex(new RegExp(`^${MONTH}$`))))),
});
/** A month and a number in its ledger. */
const UNKNOWN_ID = new RegExp(`^(${MONTH})\\.([1-9]\\d{0,14})$`);

export async function showReconciliation(_: Request, ctx: Context): Promise<Response | Problem> {
  const query = parseListQuery(ctx.url, Query);
  if (!query.ok) return query.problem;
  const { limit, cursor: place = null, month = toMonth(ctx.clock.now()) } = query.value;
  const ledger = ctx.objects.LEDGER.getByName(month);
  const [accounts, unknown] = await Promise.all([ledger.checkedAccounts(), ledger.unknownTransactions(place, limit)]);
  const last = selectLast(unknown, limit);
  return Response.json({
    month,
    accounts: accounts.map(describeAccount),
    unknown: unknown.map((each) => describeUnknown(each, month)),
    cursor: last && writeCursor([last.at, last.number]),
  });
}

/** Can be repeated: the first time counts. What else GEN takes for the same job is acknowledged with it. */
export async function acknowledgeUnknown(
  request: Request,
  ctx: Context,
  { client, id }: Asked,
): Promise<Response | Problem> {
  const [, month, number] = UNKNOWN_ID.exec(id) ?? [];
  if (month === undefined) return NOT_FOUND;
  const ledger = ctx.objects.LEDGER.getByName(month);
  const found = await ledger.unknownTransaction(Number(number));
  if (found === null || found.acknowledgedAt !== null)
    return found ? Response.json(describeUnknown(found, month)) : NOT_FOUND;
  const unwritten = await recordChange(request, ctx, { client, what: "transaction.acknowledge", target: id });
  if (unwritten) return unwritten;
  const acknowledged = await ledger.acknowledge(found.number);
  return acknowledged === null ? NOT_FOUND : Response.json(describeUnknown(acknowledged, month));
}

function describeAccount({ account, checkedTo, endedAt, matched, unknown, failed }: CheckedAccount) {
  return {
    account,
    checked_to: toIso(checkedTo),
    checked_at: toIsoOrNull(endedAt),
    matched,
    unknown,
    failed,
  };
}

/** `month`: that of its ledger. At the month's turn it may not be that of its time. */
function describeUnknown(
  { account, acknowledgedAt, amount, at, number, purpose, source }: UnknownTransaction,
  month: string,
) {
  return {
    id: `${month}.${number}`,
    account,
    at: toIso(at),
    amount,
    purpose,
    source,
    acknowledged_at: toIsoOrNull(acknowledgedAt),
  };
}
