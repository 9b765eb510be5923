/** `/v1/charges`: whether calls that cost credits are paused, and the switch that pauses them. For operators. */
import type { Client } from "../../../access/policy.ts";
import { recordChange } from "../../../activity/record-change.ts";
import { toIso } from "../../../encoding/time.ts";
import type { SwitchView } from "../../../money/charges-switch.ts";
import { SINGLETON } from "../../../objects/gate.ts";
import type { Problem } from "../../../problems/problem.ts";
import type { Context } from "../../context.ts";

export async function showCharges(_: Request, ctx: Context): Promise<Response | Problem> {
  return describe(ctx, await ctx.objects.CHARGES.getByName(SINGLETON).view());
}

/** Charges stop although it could not be written down who has stopped them: the log says it then. */
export async function pauseCharges(request: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  const pausing = ctx.objects.CHARGES.getByName(SINGLETON).pause();
  const recording = recordChange(request, ctx, { client, what: "charges.pause", target: null });
  ctx.waitUntil(Promise.allSettled([pausing, recording]));
  const view = await pausing;
  ctx.charges.learn({ isPaused: true, at: ctx.clock.now() });
  await recording;
  return describe(ctx, view);
}

export async function resumeCharges(request: Request, ctx: Context, client: Client): Promise<Response | Problem> {
  const unwritten = await recordChange(request, ctx, { client, what: "charges.resume", target: null });
  if (unwritten) return unwritten;
  const view = await ctx.objects.CHARGES.getByName(SINGLETON).resume();
  ctx.charges.learn({ isPaused: false, at: ctx.clock.now() });
  return describe(ctx, view);
}

/** The variable comes first: the switch can't undo it. */
function describe({ config }: Context, { pausedSince }: SwitchView): Response {
  if (config.chargesPaused) return Response.json({ paused: true, by: "variable", since: null });
  if (pausedSince === null) return Response.json({ paused: false, by: null, since: null });
  return Response.json({ paused: true, by: "switch", since: toIso(pausedSince) });
}
