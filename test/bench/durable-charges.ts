/** The time that a charged call takes longer because it is stored before it is sent. */
import { setTimeout as sleep } from "node:timers/promises";
import { createDurableCaller, type DurableCaller, type Question, TEXT } from "./durable-caller.ts";
import { startDurableWorker } from "./durable-worker.ts";
import { beside, type Row, type Section } from "./section.ts";
import { median } from "./statistics.ts";

const WARM_UP = 30;
const CALLS = 300;
/** A pause after a charged call, so that following what it has started does not slow down the next call. */
const PAUSE_MS = 15;

const PATHS = {
  charged: { method: "POST", path: "/vidsheet/101/cells/10111/generate?agent_id=42", status: 201, body: TEXT },
  patch: {
    method: "PATCH",
    path: "/vidsheet/101/cells/10112?agent_id=42",
    status: 200,
    body: { spreadsheet_cell: { value: "A line" } },
  },
  get: { method: "GET", path: "/vidsheet/101/cells/10112?agent_id=42", status: 200, body: undefined },
} as const;

type What = keyof typeof PATHS;
const WHATS = Object.keys(PATHS) as readonly What[];

interface Side {
  /** The base URL up to `/v1`. */
  readonly base: string;
  readonly key: string;
  readonly times: Readonly<Record<What, number[]>>;
}

export const durableCharges: Section = {
  name: "durable-charges",
  how:
    `A charged call (\`POST …/generate\`, a text), an uncharged \`PATCH\` and a \`GET\` of a cell, ${CALLS} each in turns over 1 connection, ` +
    "through the Worker and straight to the simulated GEN, so that what GEN itself takes for each can be taken off. " +
    "A charged call goes through an object of its own, which is made for it and writes its states to disk.",
  run,
};

async function run(): Promise<readonly Row[]> {
  const worker = await startDurableWorker({ ledgerRequests: false });
  const caller = createDurableCaller(1);
  const edge: Side = { base: `${worker.url}/v1`, key: worker.clientKey, times: toTimes() };
  const gen: Side = { base: worker.gen.urls.api, key: worker.gen.apiKey, times: toTimes() };
  try {
    for (let turn = 0; turn < WARM_UP + CALLS; turn++) {
      for (const side of [edge, gen]) {
        for (const what of WHATS) {
          const ms = await ask(caller, side, what, turn);
          if (turn >= WARM_UP) side.times[what].push(ms);
        }
      }
    }
  } finally {
    caller.close();
    await worker.close();
  }
  const edgeMs = toMedians(edge);
  const genMs = toMedians(gen);
  const addedMs = (what: What) => edgeMs[what] - genMs[what];
  return [
    beside(
      "Median added time of a charged call over an uncharged one",
      `${(addedMs("charged") - addedMs("patch")).toFixed(2)} ms`,
    ),
    beside("… what the Worker adds to POST generate, PATCH, GET", WHATS.map((what) => toMs(addedMs(what))).join(", ")),
    beside("… the whole of each through the Worker", WHATS.map((what) => toMs(edgeMs[what])).join(", ")),
  ];
}

async function ask(caller: DurableCaller, { base, key }: Side, what: What, turn: number): Promise<number> {
  const { method, path, status, body } = PATHS[what];
  const headers = what === "charged" ? { "idempotency-key": `charge-${base}-${turn}` } : {};
  const question: Question = { method, url: `${base}${path}`, key, headers, ...(body === undefined ? {} : { body }) };
  const answer = await caller.ask(question);
  if (answer.status !== status) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
  if (what === "charged") await sleep(PAUSE_MS);
  return answer.ms;
}

function toTimes(): Record<What, number[]> {
  return { charged: [], patch: [], get: [] };
}

function toMedians({ times }: Side): Record<What, number> {
  return { charged: median(times.charged), patch: median(times.patch), get: median(times.get) };
}

function toMs(ms: number): string {
  return `${ms.toFixed(2)} ms`;
}
