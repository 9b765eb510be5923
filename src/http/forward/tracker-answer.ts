import { toTrackerName } from "../../generations/tracked-job.ts";
import { reach } from "../../objects/gate.ts";
import type { Context } from "../context.ts";
import type { PreparedCall } from "./prepare-call.ts";

/** `GET /v1/generations/:id` from its tracker; null when the tracker knows nothing, or nothing recent enough. */
export async function answerFromTracker(
  { params, account }: Pick<PreparedCall, "params" | "account">,
  ctx: Context,
): Promise<Response | null> {
  const view = await reach(toTracker(params, ctx).view(), ctx);
  // The generation belongs to another account: GEN decides what this client may see.
  if (!view?.fresh || view.body === null || view.account !== account.name) return null;
  const headers = { "content-type": "application/json", age: String(view.ageSeconds) };
  return new Response(view.body, { headers });
}

/** The generation has changed at GEN: its tracker polls at once. It may be tracked under either of two names. */
export async function hintTracker({ generation: id = "" }: PreparedCall["params"], ctx: Context): Promise<void> {
  const names = (["generation", "user_job"] as const).map((kind) => toTrackerName({ kind, id }));
  await Promise.all(names.map((name) => reach(ctx.objects.GENERATIONS.getByName(name).hint(), ctx)));
}

function toTracker({ generation = "" }: Readonly<Record<string, string>>, ctx: Context) {
  return ctx.objects.GENERATIONS.getByName(toTrackerName({ kind: "generation", id: generation }));
}
