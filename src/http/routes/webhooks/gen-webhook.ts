/** `POST /webhooks/gen/:agent/:token`: GEN reports a change. It is acknowledged, and the tracker asks GEN. */
import { toTrackerName } from "../../../generations/tracked-job.ts";
import { type Problem, refuse } from "../../../problems/problem.ts";
import { inTime } from "../../../resilience/in-time.ts";
import { findGenerationId } from "../../../webhooks/gen-payload.ts";
import { isGenToken } from "../../../webhooks/gen-token.ts";
import { refuseStranger } from "../../authenticate.ts";
import { readBytes } from "../../body/read-bytes.ts";
import type { Context } from "../../context.ts";
import { LATE } from "./start-runs.ts";

const MAX_BYTES = 256 * 1_024;

interface Address {
  readonly agent: string;
  readonly token: string;
}

export async function receiveGenWebhook(
  request: Request,
  ctx: Context,
  { agent, token }: Address,
): Promise<Response | Problem> {
  const { webhooks } = ctx.config;
  // The same answer whether webhooks are off or the token is wrong.
  if (webhooks === null || !(await isGenToken(token, { ...webhooks, agent })))
    return refuseStranger(refuse("unauthorized"), request, ctx);
  ctx.event.ids = { agent };
  const body = await readBytes(request, ctx, MAX_BYTES);
  if (!body.ok) return body.problem;
  const id = findGenerationId(new TextDecoder().decode(body.value), request.headers.get("content-type"));
  if (id === null) ctx.log("warn", { message: "webhook_not_understood", request_id: ctx.requestId, agent });
  else if ((await inTime(hint(id, ctx), ctx)) === "late") return LATE;
  return new Response(null, { status: 202 });
}

/** A hint for an id without a tracker does nothing. */
async function hint(id: string, ctx: Context): Promise<void> {
  ctx.event.ids = { ...ctx.event.ids, generation: id };
  await Promise.all(
    (["generation", "user_job"] as const).map((kind) =>
      ctx.objects.GENERATIONS.getByName(toTrackerName({ kind, id })).hint(),
    ),
  );
}
