/** The local stack: the Worker, a client key and, unless the real GEN is used, the simulator. */
import { join } from "node:path";
import type { Policy } from "../../src/access/policy.ts";
import { parseConfig } from "../../src/env.ts";
import { type Simulator, startSimulator } from "../../test/simulator/simulator.ts";
import { buildAssets } from "../build-assets.ts";
import { describeMisspelt } from "../terminal/describe-misspelt.ts";
import type { Variables } from "./dev-vars.ts";
import { createLocalClient, readyLocalClient, readyLocalOperator } from "./local-client.ts";
import { isMisspelt } from "./log-feed.ts";
import { startWorkerProcess, type WorkerOptions, type WorkerProcess } from "./worker-process.ts";
import { ROOT } from "./wrangler.ts";

/** The secret of the source `standard-webhooks` when the simulator is used. Public on purpose. */
export const LOCAL_WEBHOOK_SECRET = `whsec_${Buffer.from("not a secret, nor a real GEN").toString("base64")}`;
const LOCAL_TICKET_SECRET = "not a secret, nor a real GEN: tickets";

export interface LocalStack<Gen extends Simulator | null = Simulator | null> {
  readonly worker: WorkerProcess;
  /** Null: the real GEN. */
  readonly gen: Gen;
  readonly client: Policy;
  /** The client key. */
  readonly key: string;
  /** For the console. */
  readonly operatorKey: string;
  close(): Promise<void>;
}

interface StackOptions extends Omit<WorkerOptions, "variables"> {
  /** Variables for the Worker. The simulator's key and addresses come before them. */
  readonly variables?: Variables;
  /** The simulator's first id. It must not repeat ids that the Worker's state remembers from an earlier start. */
  readonly firstId?: number;
}

export async function startWithSimulator({
  variables: given = {},
  firstId,
  ...options
}: StackOptions): Promise<LocalStack<Simulator>> {
  const gen = await startSimulator(firstId === undefined ? {} : { firstId });
  try {
    const variables = {
      STANDARD_WEBHOOKS_WEBHOOK_SECRET: LOCAL_WEBHOOK_SECRET,
      TICKET_SECRET: LOCAL_TICKET_SECRET,
      ...given,
      GEN_API_KEY: gen.apiKey,
      GEN_BASE_URL: gen.urls.api,
      GEN_AGENT_BASE_URL: gen.urls.agent,
      GEN_AGENT_CORE_BASE_URL: gen.urls.agentCore,
    };
    return await start({ ...options, variables }, gen);
  } catch (error) {
    await gen.close();
    throw error;
  }
}

/** GEN's key and addresses are among `variables`, or in wrangler.toml, or the defaults. */
export function startWithRealGen({ variables = {}, ...options }: StackOptions): Promise<LocalStack<null>> {
  return start({ ...options, variables }, null);
}

/** GEN's hosts, as the Worker will read them. Throws a `ConfigError` when it could not. */
export async function readGenHosts(variables: Variables): Promise<string[]> {
  // Loaded here alone, because it takes seconds.
  const { unstable_readConfig } = await import("wrangler");
  const { vars } = unstable_readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  const { baseUrls } = parseConfig({ ...vars, ...variables }).gen;
  return [...new Set(Object.values(baseUrls).map((url) => new URL(url).host))];
}

async function start<Gen extends Simulator | null>(options: WorkerOptions, gen: Gen): Promise<LocalStack<Gen>> {
  buildAssets();
  const client = createLocalClient(options.port);
  const key = await readyLocalClient(client, options.persistTo);
  const [worker, operatorKey] = await Promise.all([startWorkerProcess(options), readyLocalOperator(options.persistTo)]);
  const fault = await findFault(worker);
  if (fault !== null) {
    await worker.stop();
    throw new Error(`The Worker is not configured:\n${fault}`);
  }
  return {
    worker,
    gen,
    client,
    key,
    operatorKey,
    async close() {
      await worker.stop();
      await gen?.close();
    },
  };
}

/** What is wrong with the Worker's configuration, from its log; null when it works. */
async function findFault({ url, log }: WorkerProcess): Promise<string | null> {
  if ((await fetch(`${url}/health`)).ok) return null;
  const line = await log.waitFor(({ message }) => message === "not_configured" || message === "uncaught");
  const lines = Array.isArray(line.problems) ? line.problems : [String(line.error)];
  return [...lines, ...log.lines.filter(isMisspelt).map(describeMisspelt)].join("\n");
}
