/** The local stack: the Worker, a client key and, unless the real GEN is used, the simulator. */
import { type Simulator, startSimulator } from "../../test/simulator/simulator.ts";
import { buildAssets } from "../build-assets.ts";
import { readyLocalClient } from "./local-client.ts";
import { startWorkerProcess, type WorkerOptions, type WorkerProcess } from "./worker-process.ts";

/** The secret of the source `standard-webhooks` when the simulator is used. Public on purpose. */
export const LOCAL_WEBHOOK_SECRET = `whsec_${Buffer.from("not a secret, nor a real GEN").toString("base64")}`;
const LOCAL_TICKET_SECRET = "not a secret, nor a real GEN: tickets";

export interface LocalStack<Gen extends Simulator | null = Simulator | null> {
  readonly worker: WorkerProcess;
  /** Null: the real GEN. */
  readonly gen: Gen;
  /** The client key. */
  readonly key: string;
  close(): Promise<void>;
}

export interface StackOptions extends Omit<WorkerOptions, "variables"> {
  /** Further variables for the Worker when the simulator is used. */
  readonly moreVariables?: Readonly<Record<string, string>>;
  /** The simulator's first id. It must not repeat ids that the Worker's state remembers from an earlier start. */
  readonly firstId?: number;
}

export async function startWithSimulator({
  moreVariables = {},
  firstId,
  ...options
}: StackOptions): Promise<LocalStack<Simulator>> {
  const gen = await startSimulator(firstId === undefined ? {} : { firstId });
  try {
    const variables = {
      STANDARD_WEBHOOKS_WEBHOOK_SECRET: LOCAL_WEBHOOK_SECRET,
      TICKET_SECRET: LOCAL_TICKET_SECRET,
      ...moreVariables,
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

/** Takes GEN's key from `.dev.vars`, and its addresses from wrangler.toml or the defaults. */
export function startWithRealGen(options: StackOptions): Promise<LocalStack<null>> {
  return start(options, null);
}

async function start<Gen extends Simulator | null>(options: WorkerOptions, gen: Gen): Promise<LocalStack<Gen>> {
  buildAssets();
  const key = await readyLocalClient(options.persistTo);
  const worker = await startWorkerProcess(options);
  const fault = await findFault(worker);
  if (fault !== null) {
    await worker.stop();
    throw new Error(`The Worker has started, but answers every request with an error:\n${fault}`);
  }
  return {
    worker,
    gen,
    key,
    async close() {
      await worker.stop();
      await gen?.close();
    },
  };
}

/** The Worker's configuration error from its log; null when it works. */
async function findFault({ url, log }: WorkerProcess): Promise<string | null> {
  if ((await fetch(`${url}/health`)).ok) return null;
  const line = await log.waitFor(({ message }) => message === "uncaught");
  return String(line.error);
}
