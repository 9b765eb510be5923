import { startIdentityProvider } from "./identity-provider.ts";
import { judgeBudgets } from "./judge/judge-budgets.ts";
import { readWorkerdMib } from "./memory.ts";
import { type Failure, type Limits, runFuzz, type Summary, type Worlds } from "./run.ts";
import { startWorld, type World } from "./world.ts";

/** The allowed growth: two Workers' isolates, their durable objects, and garbage that is not collected yet. */
const MAX_GROWTH_MIB = 700;

/** Starts all that is needed, runs the cases, and checks afterwards that the Worker still works. */
export async function fuzz(limits: Limits): Promise<{ summary: Summary; growthMib: number | null }> {
  const idp = await startIdentityProvider();
  const worlds: Worlds = { well: await startWorld("well", idp), ill: await startWorld("ill", idp) };
  try {
    await checkHealth(worlds.well);
    const before = readWorkerdMib();
    const summary = await runFuzz(worlds, limits);
    const after = readWorkerdMib();
    const growthMib = before === null || after === null ? null : after - before;
    const failures = [...summary.failures, ...(await judgeEnd(worlds, growthMib))];
    return { summary: { ...summary, failures }, growthMib };
  } finally {
    await Promise.all([worlds.well.close(), worlds.ill.close()]);
    idp.close();
  }
}

async function judgeEnd(worlds: Worlds, growthMib: number | null): Promise<Failure[]> {
  const healthy = await Promise.all(Object.values(worlds).map(checkHealth));
  const faults = healthy.every(Boolean) ? [] : ["the Worker does not answer /health any more"];
  faults.push(...(await Promise.all(Object.values(worlds).map(judgeBudgets))).flat());
  if (growthMib !== null && growthMib > MAX_GROWTH_MIB) faults.push(`workerd has grown by ${growthMib} MiB`);
  return faults.length === 0 ? [] : [{ number: 0, phase: "afterwards", plan: null, faults }];
}

async function checkHealth({ worker }: World): Promise<boolean> {
  return (await fetch(`${worker.url}/health`, { signal: AbortSignal.timeout(5_000) })).status === 200;
}
