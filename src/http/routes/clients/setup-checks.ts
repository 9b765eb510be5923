/** What the set-up page lists: each thing that must be there, and what to do where it is not. */
import type { CheckName, GenReport } from "../../../health/gen-report.ts";
import { reachWithin } from "../../../objects/gate.ts";
import type { Context } from "../../context.ts";
import type { SetupCheck } from "./setup-check.ts";

/** Longer than the time limit for GEN. */
const WAIT_MS = 6_000;
/** External requests that one invocation may make on the free plan. */
const FREE_SUBREQUESTS = 50;

/** Every binding of wrangler.toml. */
export const BINDINGS = [
  "ACCOUNTS",
  "ASSETS",
  "CALLS",
  "CLIENTS",
  "CLIENT_CHANGES",
  "DELIVERIES",
  "FAILED_DELIVERIES",
  "GENERATIONS",
  "GEN_HEALTH",
  "OPEN_CALLS",
  "PIPELINES",
  "RATE_FAILED",
  "RATE_HIGH",
  "RATE_LOW",
  "RATE_STANDARD",
  "RUNS",
  "UNKNOWN_CALLS",
] as const satisfies readonly (keyof Env)[];

export async function checkSetup(ctx: Context): Promise<SetupCheck[]> {
  const health = ctx.fault === null ? ctx.objects.GEN_HEALTH.getByName("all").view() : Promise.resolve(null);
  const ms = Math.min(WAIT_MS, ctx.deadline.remaining(ctx.clock.now()));
  const report = (await reachWithin(ms, health, ctx))?.report ?? null;
  return [checkConfiguration(ctx), checkKey(report), checkGen(report), checkBindings(ctx), checkPlan(ctx)];
}

function checkConfiguration({ fault }: Context): SetupCheck {
  const name = "configuration";
  if (fault === null) return { name, ok: true, what: "All variables and secrets can be read.", to_do: null };
  const { problems, variables } = fault.error;
  const put = `npx wrangler secret put ${variables[0] ?? "GEN_API_KEY"}`;
  const to_do = `Mend them: a secret with ${put}, or at Cloudflare under Settings, Variables and Secrets; a variable in wrangler.toml.`;
  return { name, ok: false, what: problems.join(" "), to_do };
}

function checkKey(report: GenReport | null): SetupCheck {
  const ok = judge(report, "key");
  const name = "key";
  if (ok) return { name, ok, what: "GEN accepts the key in GEN_API_KEY.", to_do: null };
  if (ok === null)
    return { name, ok, what: "Whether GEN accepts the key could not be found out.", to_do: "Check again." };
  const to_do = "Make a new personal access token at GEN, then: npx wrangler secret put GEN_API_KEY";
  return { name, ok, what: "GEN refuses the key in GEN_API_KEY.", to_do };
}

function checkGen(report: GenReport | null): SetupCheck {
  const ok = judge(report, "reachable");
  const name = "gen";
  if (ok) return { name, ok, what: "GEN answers.", to_do: null };
  const what = ok === null ? "Whether GEN answers could not be found out." : "GEN does not answer.";
  return { name, ok, what, to_do: "Check again in some minutes, and look at GEN_BASE_URL if you have set it." };
}

function checkBindings({ env }: Context): SetupCheck {
  const missing = BINDINGS.filter((binding) => !env[binding]);
  const name = "bindings";
  if (missing.length === 0) return { name, ok: true, what: "All bindings of wrangler.toml are there.", to_do: null };
  const to_do = "Deploy with the wrangler.toml of this project: npm run deploy";
  return { name, ok: false, what: `Bindings are missing: ${missing.join(", ")}.`, to_do };
}

/** A Worker is not told its plan. */
function checkPlan({ config: { maxSubrequests } }: Context): SetupCheck {
  const name = "plan";
  const known = "A Worker can't see its Cloudflare plan.";
  if (maxSubrequests <= FREE_SUBREQUESTS) {
    return {
      name,
      ok: null,
      what: `${known} MAX_SUBREQUESTS is ${maxSubrequests}, which the free plan allows.`,
      to_do: null,
    };
  }
  const what = `${known} MAX_SUBREQUESTS is ${maxSubrequests}, which needs the paid plan.`;
  return { name, ok: null, what, to_do: "On the free plan set it to 50." };
}

function judge(report: GenReport | null, name: CheckName): boolean | null {
  return report?.checks.find((check) => check.name === name)?.healthy ?? null;
}
