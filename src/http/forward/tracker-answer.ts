import { toTrackerName } from "../../generations/tracked-job.ts";
import { reach } from "../../objects/gate.ts";
import type { Context } from "../context.ts";
import type { PreparedCall } from "./prepare-call.ts";

/** `GET /v1/generations/:id` from what its tracker knows; null when that is nothing, or older than its period of polls. */
export async function answerFromTracker(
  { params, account }: Pick<PreparedCall, "params" | "account">,
  ctx: Context,
): Promise<Response | null> {
  const view = await reach(toTracker(params, ctx).view(), ctx);
  // What another account has started is not this client's to see: GEN will say so.
  if (!view?.fresh || view.body === null || view.account !== account.name) return null;
  const headers = { "content-type": "application/json", age: String(view.ageSeconds) };
  return new Response(view.body, { headers });
}

/** Something was done to it at GEN: its tracker looks at once, whichever of its two names it is followed under. */
export async function hintTracker({ generation: id = "" }: PreparedCall["params"], ctx: Context): Promise<void> {
  const names = (["generation", "user_job"] as const).map((kind) => toTrackerName({ kind, id }));
  await Promise.all(names.map((name) => reach(ctx.objects.GENERATIONS.getByName(name).hint(), ctx)));
}

function toTracker({ generation = "" }: Readonly<Record<string, string>>, ctx: Context) {
  return ctx.objects.GENERATIONS.getByName(toTrackerName({ kind: "generation", id: generation }));
}
