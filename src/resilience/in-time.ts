import type { Clock } from "./clock.ts";
import type { Deadline } from "./deadline.ts";

/** The result of the work, or `late` at the deadline. Late work continues and may still succeed. */
export async function inTime<T>(
  work: Promise<T>,
  by: { readonly clock: Clock; readonly deadline: Deadline; readonly waitUntil: (work: Promise<unknown>) => void },
): Promise<T | "late"> {
  by.waitUntil(work.catch(() => {}));
  const { promise: late, resolve } = Promise.withResolvers<"late">();
  const stop = by.clock.after(by.deadline.remaining(by.clock.now()), () => resolve("late"));
  return Promise.race([work, late]).finally(stop);
}
