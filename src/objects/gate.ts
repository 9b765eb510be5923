import type { Log } from "../observability/log.ts";
import type { Clock } from "../resilience/clock.ts";
import { within } from "../resilience/within.ts";

export interface Asking {
  readonly clock: Clock;
  readonly log: Log;
  readonly requestId: string;
}

/** What one of the Worker's own objects says. Null, and a line in the log, when it can't be reached: its machine died. */
export async function reach<T>(answer: Promise<T>, { log, requestId }: Asking): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    log("error", { message: "object_unreachable", request_id: requestId, error: String(error) });
    return null;
  }
}

/** The same, waited for `ms` at most; null also when it is late. */
export async function reachWithin<T>(ms: number, answer: Promise<T>, ctx: Asking): Promise<T | null> {
  const end = await within(ms, reach(answer, ctx), ctx.clock);
  return end.kind === "done" ? end.value : null;
}
