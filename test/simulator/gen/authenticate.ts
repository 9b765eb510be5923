import type { Simulation } from "../simulation.ts";
import { shelf } from "../world/world.ts";
import type { User } from "./call.ts";
import { GenError } from "./gen-error.ts";

/** A second person's key: it has the same rights, and idempotency keys of its own. */
export const OTHER_KEY = "gen_pat_simulator_other";
const OWNER: User = { id: 1, email: "owner@gen-simulator.invalid" };
const OTHER: User = { id: 2, email: "other@gen-simulator.invalid" };
const JWT = /^Bearer [\w-]+\.[\w-]+\.[\w-]*$/;

/** `X-API-Key`, or a browser login's `Authorization: Bearer <jwt>`. */
export function authenticate(sim: Simulation, header: (name: string) => string | undefined): User {
  const key = header("x-api-key");
  if (!sim.settings.authRequired || key === sim.apiKey) return OWNER;
  if (key === OTHER_KEY) return OTHER;
  if (key === undefined && JWT.test(header("authorization") ?? "")) return OWNER;
  for (const token of shelf(sim.world, "persisted_tokens").values()) {
    if (token.token === key && !token.revoked) return OWNER;
  }
  throw new GenError(401, "unauthorized", "API key is missing or invalid");
}
