/** A simulated GEN, the built Worker with stored state in front of it, its clients, and a receiver of notifications. */
import { createGenToken } from "../../src/webhooks/gen-token.ts";
import { clientOf } from "../simulator/client.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { type CrashableWorker, startCrashableWorker } from "../support/crashable-worker.ts";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { SENDERS } from "../support/senders.ts";
import { CANARY_KEY } from "../support/stack.ts";
import { SECRETS } from "../support/webhooks.ts";
import {
  GEN_WEBHOOK_SECRET,
  OWN_SECRETS,
  type Secret,
  TICKET_SECRET,
  toKeySecret,
  toSigningSecret,
} from "./secrets.ts";

export const HTTP_BUDGET_MS = 4_000;
export const MAX_WAIT_MS = 6_000;
export const WEBHOOK_BUDGET_MS = 2_000;

const VARS = {
  GEN_API_KEY: CANARY_KEY,
  GEN_WEBHOOK_SECRET,
  TICKET_SECRET,
  HTTP_BUDGET_MS: String(HTTP_BUDGET_MS),
  MAX_WAIT_MS: String(MAX_WAIT_MS),
  WEBHOOK_BUDGET_MS: String(WEBHOOK_BUDGET_MS),
  ATTEMPT_TIMEOUT_MS: "1000",
  CALL_TIMEOUT_MS: "2500",
  CALL_QUIET_MS: "2000",
  CALL_LOST_QUIET_MS: "500",
  BACKOFF_BASE_MS: "50",
};

/** GEN's times: a video takes so long that some end only when the clock is moved. */
const LIVES = {
  text: { pendingMs: 100, processingMs: 500 },
  image: { pendingMs: 200, processingMs: 1_500 },
  video: { pendingMs: 500, processingMs: 9_000 },
  render: { pendingMs: 200, processingMs: 1_000 },
  job: { pendingMs: 100, processingMs: 1_000 },
  run: { pendingMs: 0, processingMs: 1_500 },
};

/** Less than any job of GEN's runs. */
export const SHORTEST_LIFE_MS = 500;

export interface Client {
  readonly name: ClientName;
  readonly id: string;
  readonly key: string;
}

/** Who asks. The last two are bounded in the calls and in the credits of a day: each of their calls is booked before. */
export const ASKING = ["product", "confined", "bounded", "thrifty"] as const;

/** So little that they meet it. */
export const BOUNDS = [
  { client: "bounded", unit: "calls", limit: 12 },
  { client: "thrifty", unit: "credits", limit: 90 },
] as const;

export type ClientName = (typeof ASKING)[number] | "operator";

/** The second agent's sheet, whose empty cells are filled by a pipeline. */
const FILLED = { agent_id: "agent_456", sheet: "sheet_123" };
/** What the pipeline is told, by hand and by its schedule. */
export const FILL = {
  ...FILLED,
  column: "Video",
  generation: { generation_type: "text", data: { prompt: "A film of: {{Script}}", model: "m" } },
};
const ROWS_TO_FILL = 9;
const SCHEDULE = { PIPELINE_FILL_EMPTY_CELLS: JSON.stringify([FILL]) };

export interface World {
  readonly gen: Simulator;
  readonly worker: CrashableWorker;
  readonly receiver: Receiver;
  readonly clients: Readonly<Record<ClientName, Client>>;
  /** The path of GEN's webhooks for agent 42. */
  readonly genWebhook: string;
  readonly secrets: readonly Secret[];
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  // Two sends under one key that overlap are charged twice: GEN's documents do not say otherwise.
  const gen = await startSimulator({ apiKey: CANARY_KEY, settings: { concurrentKey: "twice", webhookRetries: 2 } });
  gen.control.changeSettings({ generationMs: LIVES });
  for (const id of ["7", "8", "9"]) gen.control.setOrganization(id, { generic: 1e9 });
  const receiver = await startReceiver();
  const worker = await startCrashableWorker({
    ...VARS,
    ...SECRETS,
    ...SCHEDULE,
    ...toUrls(gen),
    ...toNotify(receiver),
  });
  const clients = await addClients(worker);
  const genToken = await createGenToken(GEN_WEBHOOK_SECRET, "42", 1);
  const genWebhook = `/webhooks/gen/42/${genToken}`;
  await prepareGen(gen, `${worker.url}${genWebhook}`);
  return {
    gen,
    worker,
    receiver,
    clients,
    genWebhook,
    secrets: [
      ...OWN_SECRETS,
      ...listSecrets(receiver, clients),
      { name: "a webhook's token", text: genToken, isCallers: false },
    ],
    async close() {
      await worker.close();
      await receiver.close();
      await gen.close();
    },
  };
}

function toUrls({ urls }: Simulator) {
  return { GEN_BASE_URL: urls.api, GEN_AGENT_BASE_URL: urls.agent, GEN_AGENT_CORE_BASE_URL: urls.agentCore };
}

function toNotify({ url, secret }: Receiver) {
  return { NOTIFY_URL: url, NOTIFY_SECRET: secret };
}

async function addClients(worker: CrashableWorker): Promise<World["clients"]> {
  const most = ["read", "edit", "generate", "publish", "ideas", "pipelines"] as const;
  const add = async (name: ClientName, policy: Parameters<CrashableWorker["addClient"]>[0]): Promise<Client> => {
    const key = await worker.addClient({ name, tier: "high", ...policy });
    return { name, key, id: key.split("_")[1] ?? "" };
  };
  return {
    product: await add("product", { scopes: [...most] }),
    confined: await add("confined", { scopes: [...most], agents: ["42"] }),
    bounded: await add("bounded", { scopes: ["read", "edit", "generate"], chargesPerDay: BOUNDS[0].limit }),
    thrifty: await add("thrifty", { scopes: ["read", "edit", "generate"], creditsPerDay: BOUNDS[1].limit }),
    operator: await add("operator", { scopes: ["read", "operator", "pipelines"] }),
  };
}

/** Rows to be filled, and the address of agent 42's webhooks. */
async function prepareGen(gen: Simulator, webhook_url: string): Promise<void> {
  const ask = clientOf(gen);
  for (let row = 0; row < ROWS_TO_FILL; row += 1) {
    const { json } = await ask(`POST /vidsheet/${FILLED.sheet}/rows?agent_id=${FILLED.agent_id}`);
    const [script] = json.spreadsheet_cells;
    const body = { spreadsheet_cell: { value: `Row ${row}` } };
    await ask(`PATCH /vidsheet/${FILLED.sheet}/cells/${script.id}?agent_id=${FILLED.agent_id}`, { body });
  }
  await ask("PATCH /agents/42/automation_config", { body: { automation_config: { webhook_url } } });
  gen.control.clearLedger();
}

function listSecrets(receiver: Receiver, clients: World["clients"]): Secret[] {
  return [
    toSigningSecret("the secret of notifications", receiver.secret),
    ...Object.entries(SENDERS).map(([source, { secret }]) => toSigningSecret(`the secret of ${source}`, secret)),
    ...Object.values(clients).map(({ name, key }) => toKeySecret(name, key)),
  ];
}
