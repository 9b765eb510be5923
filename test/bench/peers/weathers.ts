/** GETs under the faults of the section `faults`, through each client at once. */
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";
import { WEATHERS, type Weather } from "../faults.ts";
import { beside, type Row } from "../section.ts";
import { toPercent } from "../statistics.ts";
import { startWorkers } from "../workers.ts";
import { callAtRate, type Rate, toShare, toTimes } from "./calls.ts";
import {
  type Client,
  type CreateClient,
  viaCockatiel,
  viaCockatielWithoutBreaker,
  viaKy,
  viaPRetry,
  viaUndici,
} from "./clients.ts";
import { throughWorker } from "./through-worker.ts";
import { measureUndisturbed } from "./undisturbed.ts";

export const GET_RATE: Rate = { judged: 600, after: 160, perSecond: 40 };

/** A path whose answers the Worker does not cache: it asks GEN each time. */
const QUESTION = { method: "GET", path: "/agents/42", headers: {} } as const;

const PEERS: readonly (readonly [name: string, create: CreateClient])[] = [
  ["p-retry", viaPRetry],
  ["ky", viaKy],
  ["cockatiel", viaCockatiel],
  ["cockatiel without its circuit breaker", viaCockatielWithoutBreaker],
  ["undici's RetryAgent", viaUndici],
];

/** A client in front of a simulated GEN of its own. */
interface Started {
  readonly what: string;
  readonly gen: Simulator;
  readonly client: Client;
  close(): Promise<void>;
}

export async function compareUnderFaults(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const weather of WEATHERS) rows.push(...(await measureUndisturbed(() => compareIn(weather))));
  return rows;
}

async function compareIn(weather: Weather): Promise<readonly Row[]> {
  const all = [await startEdge(weather), ...(await Promise.all(PEERS.map(startPeer)))];
  try {
    return await Promise.all(all.map((started) => measure(started, weather)));
  } finally {
    await Promise.all(all.map(({ close }) => close()));
  }
}

async function startEdge({ name }: Weather): Promise<Started> {
  const gen = await startSimulator({ settings: { ledgerRequests: false } });
  const workers = await startWorkers(gen.urls.api.replace(/\/v1$/, ""), { apiKey: gen.apiKey });
  const client = throughWorker({ base: `${workers.edge.url}/v1`, key: workers.clientKey });
  const close = () => workers.close().then(gen.close);
  return { what: `GETs in 10 s, ${name}: this Worker`, gen, client, close };
}

async function startPeer([name, create]: (typeof PEERS)[number]): Promise<Started> {
  const gen = await startSimulator({ settings: { ledgerRequests: false } });
  return { what: `… ${name}`, gen, client: create({ base: gen.urls.api, key: gen.apiKey }), close: gen.close };
}

async function measure({ what, gen, client }: Started, { mix }: Weather): Promise<Row> {
  gen.control.addFaults({ random: { seed: 1, mix } });
  const calls = await callAtRate(GET_RATE, () => client.ask(QUESTION));
  const requests = gen.control.ledger().totals.requests / (GET_RATE.judged + GET_RATE.after);
  const share = toPercent(toShare(calls, "succeeded"), 2);
  return beside(what, `${share}, ${toTimes(calls)}, ${requests.toFixed(2)} requests a call`);
}
