/** `POST /webhooks/gen/:agent/:token`: GEN says that something has changed. It is thanked, and GEN is asked. */
import type { Context } from "../../context.ts";
import { readBody } from "../../gen/read-body.ts";
import { toSubjectName } from "../../generations/subject.ts";
import { findGenerationId } from "../../webhooks/gen-payload.ts";
import { isGenToken } from "../../webhooks/gen-token.ts";
import { refuse } from "../problem.ts";
import { toProblemResponse } from "../problem-response.ts";

const MAX_BYTES = 256 * 1_024;
const MAX_READ_MS = 5_000;

export async function receiveGenWebhook(
  request: Request,
  ctx: Context,
  { agent, token }: { agent: string; token: string },
): Promise<Response> {
  const { webhooks } = ctx.config;
  if (request.method !== "POST") {
    return toProblemResponse(refuse("method_not_allowed", { headers: { allow: "POST" } }), ctx, null);
  }
  // A stranger learns nothing: not even whether webhooks are switched on.
  if (webhooks === null || !(await isGenToken(token, { ...webhooks, agent }))) {
    return toProblemResponse(refuse("unauthorized"), ctx, null);
  }
  ctx.event.ids = { agent };
  const read = await readBody(request.body, { maxBytes: MAX_BYTES, maxMs: MAX_READ_MS, clock: ctx.clock });
  if (read.kind === "too-long") {
    read.rest.cancel().catch(() => {});
    return toProblemResponse(refuse("body_too_large"), ctx, null);
  }
  if (read.kind === "cut") {
    const problem = read.timedOut ? refuse("request_timeout") : refuse("bad_request", { reason: "body_cut" });
    return toProblemResponse(problem, ctx, null);
  }
  const id = findGenerationId(new TextDecoder().decode(read.bytes), request.headers.get("content-type"));
  if (id === null) ctx.log("warn", { message: "webhook_not_understood", request_id: ctx.requestId, agent });
  else await hint(id, ctx);
  return new Response(null, { status: 202 });
}

/** An id that nobody here has made starts nothing. */
async function hint(id: string, ctx: Context): Promise<void> {
  ctx.event.ids = { ...ctx.event.ids, generation: id };
  await Promise.all(
    (["generation", "user_job"] as const).map((kind) =>
      ctx.env.GENERATIONS.getByName(toSubjectName({ kind, id })).hint(),
    ),
  );
}
