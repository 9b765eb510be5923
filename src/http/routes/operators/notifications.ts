/** `/notifications`: what was sent to `NOTIFY_URL`, waits to be, or could not be sent. For operators. */
import * as v from "valibot";
import { recordChange } from "../../../activity/record-change.ts";
import { toIso, toIsoOrNull } from "../../../encoding/time.ts";
import {
  type DeliverySummary,
  type DeliveryView,
  LISTED_STATES,
} from "../../../notifications/delivery/delivery-view.ts";
import { MESSAGE_ID } from "../../../notifications/message.ts";
import { NOTIFICATION_TYPES } from "../../../notifications/notification.ts";
import { reach, SINGLETON } from "../../../objects/gate.ts";
import { NOT_FOUND, type Problem } from "../../../problems/problem.ts";
import type { Asked, Context } from "../../context.ts";
import { asCursor, describeNext, oneOf, PAGE, parseListQuery, selectLast, Time } from "../list-query.ts";

const Query = v.strictObject({
  ...PAGE,
  state: v.optional(oneOf(LISTED_STATES), "failed"),
  type: v.optional(oneOf(NOTIFICATION_TYPES)),
  from: v.optional(Time, "1970-01-01"),
  cursor: v.optional(asCursor(v.pipe(v.string(), v.regex(/^\d{1,15}\.msg_[0-9a-f]{32}$/), v.transform(toPosition)))),
});

export async function listNotifications(_: Request, ctx: Context): Promise<Response | Problem> {
  const query = parseListQuery(ctx.url, Query);
  if (!query.ok) return query.problem;
  const { state, type = null, from, cursor = null, limit } = query.value;
  const list = ctx.objects.NOTIFICATIONS.getByName(SINGLETON);
  const listed = await list.page({ state, type, from }, cursor, limit);
  const last = selectLast(listed, limit);
  const next = describeNext(ctx.url, last && `${last.createdAt}.${last.id}`);
  return Response.json({ notifications: listed.map(describeSummary), ...next });
}

export async function notificationById(_: Request, ctx: Context, { id }: Asked): Promise<Response | Problem> {
  const view = (await findDelivery(ctx, id)?.view()) ?? null;
  return view ? Response.json(describeNotification(view)) : NOT_FOUND;
}

/** Can be repeated: one that is on its way, or has arrived, is left as it is, and the answer says how it stands. */
export async function resendNotification(
  request: Request,
  ctx: Context,
  { client, id }: Asked,
): Promise<Response | Problem> {
  const delivery = findDelivery(ctx, id);
  const before = (await delivery?.view()) ?? null;
  if (delivery === null || before === null) return NOT_FOUND;
  if (before.state === "delivered") return Response.json(describeNotification(before));
  const unwritten = await recordChange(request, ctx, { client, what: "notification.resend", target: id });
  if (unwritten) return unwritten;
  const resent = await delivery.resend();
  if (resent === null) return NOT_FOUND;
  // The delivery does so, too, with its next attempt; so the list is right at once.
  await reach(ctx.objects.NOTIFICATIONS.getByName(SINGLETON).tell([resent.listed]), ctx);
  return Response.json(describeNotification(resent.view), { status: resent.view.state === "delivered" ? 200 : 202 });
}

function toPosition(cursor: string) {
  const [createdAt = "", id = ""] = cursor.split(".");
  return { createdAt: Number(createdAt), id };
}

/** Null when it can't be the id of a notification. */
function findDelivery(ctx: Context, id: string) {
  ctx.event.ids = { notification: id };
  return MESSAGE_ID.test(id) ? ctx.objects.DELIVERIES.getByName(id) : null;
}

function describeNotification(view: DeliveryView) {
  const tries = view.tries.map(({ at, outcome, ms }) => ({ at: toIso(at), outcome, ms }));
  return { ...describeSummary(view), tries };
}

function describeSummary(summary: DeliverySummary) {
  const { id, type, state, createdAt, attempts, lastFailure, nextAttemptAt, resentAt } = summary;
  return {
    id,
    type,
    state,
    created_at: toIso(createdAt),
    attempts,
    last_failure: lastFailure,
    next_attempt_at: toIsoOrNull(nextAttemptAt),
    resent_at: toIsoOrNull(resentAt),
  };
}
