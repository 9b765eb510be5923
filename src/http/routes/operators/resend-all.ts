/**
 * `POST /notifications/resend`: sends again all that have failed, or wait, since a time. In pages: one request resends
 * a limited number and says how many are left; repeating it goes on with those.
 */
import * as v from "valibot";
import type { Client } from "../../../access/policy.ts";
import { recordChange } from "../../../activity/record-change.ts";
import { toIso } from "../../../encoding/time.ts";
import type { ListedDelivery } from "../../../notifications/delivery/delivery-view.ts";
import { NOTIFICATION_TYPES } from "../../../notifications/notification.ts";
import { reach, SINGLETON } from "../../../objects/gate.ts";
import type { Problem } from "../../../problems/problem.ts";
import { readOrder } from "../../body/read-json.ts";
import type { Context } from "../../context.ts";
import { Time } from "../list-query.ts";

/** Each is a request to an object, which may be repeated twice: of these an invocation may make 1,000. */
const MAX_AT_ONCE = 200;
const CONCURRENCY = 20;
/** What must be left of the request's time to go on. */
const MIN_LEFT_MS = 3_000;
/** So that a receiver that has just come back is not met by all at once. */
const SPREAD_MS = 50;
/** One that was resent this short a time ago is not matched: so a repeat goes on with the others, and comes to an end. */
const AGAIN_MS = 10 * 60_000;

const Order = v.strictObject({
  since: Time,
  state: v.optional(v.picklist(["failed", "waiting"]), "failed"),
  type: v.optional(v.picklist(NOTIFICATION_TYPES)),
  dry_run: v.optional(v.boolean(), false),
});

export async function resendAll(request: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  const order = await readOrder(request, ctx, { schema: Order, reason: "resend_malformed" });
  if (!order.ok) return order.problem;
  const { since, state, type = null, dry_run: isDryRun } = order.value;
  const list = ctx.objects.NOTIFICATIONS.getByName(SINGLETON);
  const bounds = { resentBefore: ctx.clock.now() - AGAIN_MS, limit: isDryRun ? 0 : MAX_AT_ONCE };
  const { ids, matched } = await list.selectToResend({ state, type, from: since }, bounds);
  if (isDryRun || matched === 0)
    return Response.json({ matched, resent: 0, left: isDryRun ? matched : 0, dry_run: isDryRun });
  const target = [state, type, `since ${toIso(since)}`].filter(Boolean).join(" ");
  const unwritten = await recordChange(request, ctx, { client, what: "notification.resend", target });
  if (unwritten) return unwritten;
  const working = resend(ids, ctx);
  ctx.waitUntil(working.catch(() => {}));
  const { resent, tried } = await working;
  return Response.json({ matched, resent, left: Math.max(0, matched - tried), dry_run: false });
}

/** `tried` counts those that are gone, or could not be reached now, as well. */
async function resend(ids: readonly string[], ctx: Context): Promise<{ resent: number; tried: number }> {
  const list = ctx.objects.NOTIFICATIONS.getByName(SINGLETON);
  let resent = 0;
  let tried = 0;
  const hasTime = () => tried === 0 || ctx.deadline.remaining(ctx.clock.now()) > MIN_LEFT_MS;
  while (tried < ids.length && hasTime()) {
    const batch = ids.slice(tried, tried + CONCURRENCY);
    const results = await Promise.all(batch.map((id, index) => resendOne(id, (tried + index) * SPREAD_MS, ctx)));
    const told = results.filter((result) => typeof result === "object");
    if (told.length > 0) await list.tell(told);
    await putAside(batch, results, ctx);
    resent += told.length;
    tried += batch.length;
  }
  return { resent, tried };
}

type Resent = ListedDelivery | "gone" | "unreachable";

async function resendOne(id: string, delayMs: number, ctx: Context): Promise<Resent> {
  const resending = ctx.objects.DELIVERIES.getByName(id).resend(delayMs);
  const answer = await reach(
    resending.then((result) => result?.listed ?? ("gone" as const)),
    ctx,
  );
  return answer ?? "unreachable";
}

/** So that a repeat does not begin with these again. */
async function putAside(ids: readonly string[], results: readonly Resent[], { objects }: Context): Promise<void> {
  const list = objects.NOTIFICATIONS.getByName(SINGLETON);
  const gone = ids.filter((_, index) => results[index] === "gone");
  const unreachable = ids.filter((_, index) => results[index] === "unreachable");
  if (gone.length > 0) await list.remove(gone);
  if (unreachable.length > 0) await list.postpone(unreachable);
}
