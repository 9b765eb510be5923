import type { Simulation } from "../simulation.ts";
import { GenError } from "./gen-error.ts";

const windows = new WeakMap<Simulation, { second: number; count: number }>();

/** A fixed window of one second, used only if the settings have a limit. */
export function checkRateLimit(sim: Simulation): void {
  const limit = sim.settings.rateLimitPerSecond;
  if (limit === null) return;
  const second = Math.floor(sim.clock.now() / 1_000);
  const window = windows.get(sim);
  const count = window?.second === second ? window.count + 1 : 1;
  windows.set(sim, { second, count });
  if (count > limit) throw new GenError(429, "rate_limited", "Too many requests");
}
