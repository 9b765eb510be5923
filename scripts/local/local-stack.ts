/** What runs on this machine: the Worker, a ready client key and, unless the real GEN is wanted, the simulator. */
import { type Simulator, startSimulator } from "../../test/simulator/simulator.ts";
import { layAssets } from "../lay-assets.ts";
import { readyLocalClient } from "./local-client.ts";
import { startWorkerProcess, type WorkerOptions, type WorkerProcess } from "./worker-process.ts";

/** Of the source `standard-webhooks`, in front of the simulator: everybody may know it. */
export const LOCAL_WEBHOOK_SECRET = `whsec_${Buffer.from("not a secret, nor a real GEN").toString("base64")}`;

export interface LocalStack<Gen extends Simulator | null = Simulator | null> {
  readonly worker: WorkerProcess;
  /** Null: the real GEN. */
  readonly gen: Gen;
  /** The client key. */
  readonly key: string;
  close(): Promise<void>;
}

export interface StackOptions extends Omit<WorkerOptions, "variables"> {
  /** For the Worker in front of the simulator, besides GEN's addresses and key. */
  readonly webhookVariables?: Readonly<Record<string, string>>;
}

export async function startWithSimulator({
  webhookVariables = {},
  ...options
}: StackOptions): Promise<LocalStack<Simulator>> {
  const gen = await startSimulator();
  try {
    const variables = {
      STANDARD_WEBHOOKS_WEBHOOK_SECRET: LOCAL_WEBHOOK_SECRET,
      ...webhookVariables,
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
  layAssets();
  const key = await readyLocalClient(options.persistTo);
  const worker = await startWorkerProcess(options);
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
