import type { Context } from "../context.ts";

/** GEN refused the Worker's key. A line of its own, at error level: an operator has to act, and an alert can be set on it. */
export function logKeyRejected(ctx: Context): void {
  ctx.log("error", { message: "gen_key_rejected", request_id: ctx.requestId, operation: ctx.event.operation });
}
