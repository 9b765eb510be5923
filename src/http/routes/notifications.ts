/** `/notifications`: what was sent to `NOTIFY_URL` or could not be sent, for operators. */
import { type Client, isOperator } from "../../access/policy.ts";
import type { DeliverySummary, DeliveryView } from "../../notifications/delivery-view.ts";
import { NOT_FOUND, type Problem, refuse, refuseForScope } from "../../problems/problem.ts";
import type { Context } from "../context.ts";

const MESSAGE_ID = /^msg_[0-9a-f]{32}$/;

interface NotificationRequest {
  readonly client: Client;
  readonly id: string;
}

export async function listNotifications(_: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  if (!isOperator(client)) return refuseForScope("operator");
  if ((ctx.url.searchParams.get("state") ?? "failed") !== "failed")
    return refuse("bad_request", { reason: "query_malformed" });
  const failed = await ctx.objects.FAILED_DELIVERIES.getByName("all").list();
  return Response.json({ notifications: failed.map(describeSummary) });
}

export async function notificationById(
  _: Request,
  ctx: Context,
  { client, id }: NotificationRequest,
): Promise<Response | Problem> {
  if (!isOperator(client)) return refuseForScope("operator");
  const view = (await findDelivery(ctx, id)?.view()) ?? null;
  return view ? Response.json(describeNotification(view)) : NOT_FOUND;
}

export async function resendNotification(
  _: Request,
  ctx: Context,
  { client, id }: NotificationRequest,
): Promise<Response | Problem> {
  if (!isOperator(client)) return refuseForScope("operator");
  const answer = (await findDelivery(ctx, id)?.resend()) ?? null;
  if (answer === null) return NOT_FOUND;
  if (!answer.resent) return refuse("notification_not_failed");
  return Response.json(describeNotification(answer.view), { status: 202 });
}

/** Null when it can't be the id of a notification. */
function findDelivery(ctx: Context, id: string) {
  ctx.event.ids = { notification: id };
  return MESSAGE_ID.test(id) ? ctx.objects.DELIVERIES.getByName(id) : null;
}

function describeNotification(view: DeliveryView) {
  const tries = view.tries.map(({ at, outcome, ms }) => ({ at: new Date(at).toISOString(), outcome, ms }));
  return { ...describeSummary(view), tries };
}

function describeSummary({ id, type, state, createdAt, attempts, lastFailure, nextAttemptAt }: DeliverySummary) {
  return {
    id,
    type,
    state,
    created_at: new Date(createdAt).toISOString(),
    attempts,
    last_failure: lastFailure,
    next_attempt_at: nextAttemptAt === null ? null : new Date(nextAttemptAt).toISOString(),
  };
}
