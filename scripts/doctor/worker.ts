import { type Finding, right, wrong } from "./finding.ts";

const TIMEOUT_MS = 15_000;

interface Health {
  readonly status?: unknown;
  readonly version?: unknown;
  readonly variables?: unknown;
}

/** What the Worker says of itself. `origin`: its address. */
export async function checkWorker(origin: string): Promise<Finding> {
  const name = "Worker";
  try {
    const response = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "manual" });
    const body = ((await response.json().catch(() => null)) ?? {}) as Health;
    return judgeHealth(origin, response.status, body);
  } catch {
    return wrong(
      name,
      `${origin} can't be reached.`,
      "Start it with npm start, deploy it with npm run deploy, or mend --url.",
    );
  }
}

function judgeHealth(origin: string, status: number, { status: state, version, variables }: Health): Finding {
  const name = "Worker";
  if (state === "ok") return right(name, `${origin} runs, version ${String(version)}.`);
  if (state === "not_configured" && Array.isArray(variables)) {
    const [first] = variables;
    const what = `${origin} runs, but these are missing or wrong: ${variables.join(", ")}.`;
    return wrong(name, what, `npx wrangler secret put ${first}, or mend it in wrangler.toml and deploy.`);
  }
  return wrong(name, `${origin}/health answered with ${status}, and is not this Worker.`, "Mend --url.");
}
