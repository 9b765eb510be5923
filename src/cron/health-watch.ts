import type { Isolate } from "../context.ts";
import type { Tick } from "./tick.ts";

/** Has GEN's health looked at; what follows from it is the object's own work. */
export async function watchHealth({ scheduledAt }: Tick, { env }: Isolate): Promise<void> {
  await env.GEN_HEALTH.getByName("all").watch(scheduledAt);
}
