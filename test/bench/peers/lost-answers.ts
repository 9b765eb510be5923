/** Charged calls whose answers GEN loses after the charge, through each client at once. */
import type { Simulator } from "../../simulator/simulator.ts";
import { startSimulator } from "../../simulator/simulator.ts";
import { TEXT } from "../durable-caller.ts";
import { type DurableWorker, startDurableWorker } from "../durable-worker.ts";
import { beside, judged, type Row } from "../section.ts";
import { toPercent } from "../statistics.ts";
import { type Calls, callAtRate, type Rate, toShare, toTimes } from "./calls.ts";
import {
  type CreateClient,
  type Question,
  viaCockatielWithoutBreaker,
  viaKy,
  viaKyForPosts,
  viaPRetry,
  viaUndici,
  viaUndiciForPosts,
} from "./clients.ts";
import { throughWorker } from "./through-worker.ts";
import { measureUndisturbed } from "./undisturbed.ts";

export const CHARGE_RATE: Rate = { judged: 300, after: 0, perSecond: 25 };
export const LOST_SHARE = 0.2;

const PATH = "/vidsheet/101/cells/10111/generate?agent_id=42";
const CREDITS = 1_000_000;

interface Peer {
  readonly name: string;
  readonly create: CreateClient;
  /** Whether its caller makes an `Idempotency-Key` for each call. */
  readonly keyed: boolean;
}

const PEERS: readonly Peer[] = [
  { name: "p-retry", create: viaPRetry, keyed: false },
  { name: "ky", create: viaKy, keyed: false },
  { name: "cockatiel without its circuit breaker", create: viaCockatielWithoutBreaker, keyed: false },
  { name: "undici's RetryAgent", create: viaUndici, keyed: false },
  { name: "p-retry under a key", create: viaPRetry, keyed: true },
  { name: "ky under a key, POST too", create: viaKyForPosts, keyed: true },
  { name: "cockatiel without its circuit breaker, under a key", create: viaCockatielWithoutBreaker, keyed: true },
  { name: "undici's RetryAgent under a key, POST too", create: viaUndiciForPosts, keyed: true },
];

export function compareLostAnswers(): Promise<readonly Row[]> {
  return measureUndisturbed(compare);
}

async function compare(): Promise<readonly Row[]> {
  const worker = await startDurableWorker({}, { inMemory: true });
  try {
    return await Promise.all([measureWorker(worker), ...PEERS.map(measurePeer)]);
  } finally {
    await worker.close();
  }
}

async function measureWorker({ gen, url, clientKey }: DurableWorker): Promise<Row> {
  const client = throughWorker({ base: `${url}/v1`, key: clientKey });
  loseAnswers(gen);
  const calls = await callAtRate(CHARGE_RATE, (index) => client.ask(toQuestion(index, true)));
  await client.settlePending();
  const { twice, paidButFailed, text } = count(gen, calls);
  const pending = toPercent(toShare(calls, "pending"), 1);
  return judged("Charged calls with lost answers: this Worker", `${text}; ${pending} told that it is still open`, {
    goal: "0 and 0",
    met: twice === 0 && paidButFailed === 0,
  });
}

async function measurePeer({ name, create, keyed }: Peer): Promise<Row> {
  const gen = await startSimulator();
  try {
    gen.control.setOrganization(7, { generic: CREDITS });
    const client = create({ base: gen.urls.api, key: gen.apiKey });
    loseAnswers(gen);
    const calls = await callAtRate(CHARGE_RATE, (index) => client.ask(toQuestion(index, keyed)));
    return beside(`… ${name}`, count(gen, calls).text);
  } finally {
    await gen.close();
  }
}

function loseAnswers({ control }: Simulator): void {
  const mix = [{ outcome: "done_but_lost" as const, share: LOST_SHARE }];
  control.addFaults({ random: { seed: 1, mix, match: { method: "POST" } } });
}

function toQuestion(index: number, keyed: boolean): Question {
  const data = { ...TEXT.data, prompt: toPrompt(index) };
  return {
    method: "POST",
    path: PATH,
    headers: { "content-type": "application/json", ...(keyed ? { "idempotency-key": `call-${index}` } : {}) },
    body: JSON.stringify({ ...TEXT, data }),
  };
}

function toPrompt(index: number): string {
  return `Line ${index}.`;
}

/** Which calls were charged more than once, and which were paid although their caller was told that they failed. */
function count({ control }: Simulator, calls: Calls) {
  const { requests, charges } = control.ledger();
  const chargesOf = new Map<string, number>();
  const counted = new Set<string>();
  for (const { method, headers, body } of requests) {
    if (method !== "POST") continue;
    const key = headers["idempotency-key"];
    const prompt: string = JSON.parse(body).data.prompt;
    const made = key === undefined ? 1 : charges.filter(({ idempotency_key }) => idempotency_key === key).length;
    if (key === undefined || !counted.has(key)) chargesOf.set(prompt, (chargesOf.get(prompt) ?? 0) + made);
    if (key !== undefined) counted.add(key);
  }
  const attributed = [...chargesOf.values()].reduce((sum, made) => sum + made, 0);
  if (attributed !== charges.length)
    throw new Error(`${charges.length} charges, ${attributed} of them of known calls.`);
  const twice = [...chargesOf.values()].filter((made) => made > 1).length;
  const paidButFailed = calls.ended.filter(
    (ended, index) => ended === "failed" && chargesOf.has(toPrompt(index)),
  ).length;
  const requestsEach = requests.filter(({ method }) => method === "POST").length / calls.ended.length;
  const text =
    `${twice} charged twice, ${paidButFailed} paid but failed; ${toPercent(toShare(calls, "succeeded"), 1)} succeed, ` +
    `${toTimes(calls)}, ${requestsEach.toFixed(2)} requests a call`;
  return { twice, paidButFailed, text };
}
