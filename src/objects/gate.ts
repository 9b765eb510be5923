import type { Context } from "../context.ts";
import { within } from "../resilience/within.ts";

/** What one of the Worker's own objects says. Null, and a line in the log, when it can't be reached: its machine died. */
export async function reach<T>(answer: Promise<T>, { log, requestId }: Context): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    log("error", { message: "object_unreachable", request_id: requestId, error: String(error) });
    return null;
  }
}

/** The same, waited for `ms` at most; null also when it is late. */
export async function reachWithin<T>(ms: number, answer: Promise<T>, ctx: Context): Promise<T | null> {
  const end = await within(ms, reach(answer, ctx), ctx.clock);
  return end.kind === "done" ? end.value : null;
}
