import type { Context } from "../context.ts";

/** What changes something on behalf of a person who looks after the Worker. */
export type Act = "run.rerun" | "run.stop" | "delivery.deliver";

/** Every such change passes here, once it is made. The request's log line says what it was. */
export function noteAct(act: Act, target: string, ctx: Context): void {
  ctx.event.ids = { ...ctx.event.ids, act, target };
}
