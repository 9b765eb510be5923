/** What the set-up page lists: each thing that must be there. */
import { selectHealthy } from "../../../health/gen-report.ts";
import { reachWithin, SINGLETON } from "../../../objects/gate.ts";
import type { Context } from "../../context.ts";
import type { SetupCheck } from "./setup-check.ts";

/** Longer than the time limit for GEN. */
const WAIT_MS = 6_000;

/** Every binding of wrangler.toml; a test holds them together. */
export const BINDINGS = [
  "ACCOUNTS",
  "ASSETS",
  "CALLS",
  "CLIENTS",
  "CLIENT_CHANGES",
  "INCOMING",
  "DELIVERIES",
  "NOTIFICATIONS",
  "CHARGES",
  "AUDIT",
  "GENERATIONS",
  "LEDGER",
  "GEN_HEALTH",
  "OPEN_CALLS",
  "PIPELINES",
  "RATE_FAILED",
  "RATE_HIGH",
  "RATE_LOW",
  "RATE_STANDARD",
  "RUNS",
  "ACTIVITY",
] as const satisfies readonly (keyof Env)[];

export async function checkSetup(ctx: Context): Promise<SetupCheck[]> {
  const { clock, config, deadline, env, fault, objects } = ctx;
  const health = fault === null ? objects.GEN_HEALTH.getByName(SINGLETON).view() : Promise.resolve(null);
  const ms = Math.min(WAIT_MS, deadline.remaining(clock.now()));
  const report = (await reachWithin(ms, health, ctx))?.report ?? null;
  const missing = BINDINGS.filter((binding) => !env[binding]);
  return [
    { name: "configuration", ok: fault === null, details: fault?.error.problems ?? [] },
    { name: "key", ok: selectHealthy(report, "key"), details: [] },
    { name: "gen", ok: selectHealthy(report, "reachable"), details: [] },
    { name: "bindings", ok: missing.length === 0, details: missing },
    // A Worker is not told its plan.
    { name: "plan", ok: null, details: [String(config.maxSubrequests)] },
  ];
}
