import type { RandomMix } from "../simulator/faults/random-mix.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { type Caller, createCaller } from "./caller.ts";
import { askAsTheGuideSays } from "./guide-loop.ts";
import { runInFlight } from "./in-flight.ts";
import { beside, judged, type Row, type Section } from "./section.ts";
import { toPercent } from "./statistics.ts";
import { startWorkers, type Workers } from "./workers.ts";

/** A path whose answers the Worker does not cache: it asks GEN each time. */
const PATH = "/v1/agents/42";
const BUDGET_SECONDS = 10;
const TOTAL = 20_000;
/** Requests share the retry throttle of an isolate, so their number matters. The guide's loop shares nothing. */
const WORKER_LOAD = { total: TOTAL, width: 100 };
/** Many requests to an isolate that has just started, where failures come back before successes. */
const CROWD_LOAD = { total: TOTAL, width: 400 };
const GUIDE_LOAD = { total: TOTAL, width: 1_000 };

export interface Weather {
  readonly name: string;
  readonly mix: RandomMix["mix"];
  readonly goal: number;
}

export const WEATHERS: readonly Weather[] = [
  {
    name: "30 % of attempts fail",
    goal: 0.999,
    mix: [
      { outcome: { status: 503, body: "" }, share: 0.15 },
      { outcome: "reset", share: 0.15 },
    ],
  },
  {
    name: "20 % fail, 10 % hang",
    goal: 0.995,
    mix: [
      { outcome: { status: 503, body: "" }, share: 0.1 },
      { outcome: "reset", share: 0.1 },
      { outcome: "hang", share: 0.1 },
    ],
  },
];

export const faults: Section = {
  name: "faults",
  how:
    `${TOTAL.toLocaleString("en")} GETs with \`Prefer: wait=${BUDGET_SECONDS}\`, ${WORKER_LOAD.width} in flight in one isolate, against the simulated GEN; half of the failures ` +
    "are bare 503s, half are reset connections. Load and simulator are one process here. The loop of GEN's guide asks the simulator itself; where GEN hangs it " +
    `would wait for ever, so its caller gives up after the same ${BUDGET_SECONDS} s. The guide says nothing of lost connections: its loop fails on them; ` +
    "a kinder reading, which tries them again like a 503, stands beside it.",
  async run() {
    const rows: Row[] = [];
    for (const weather of WEATHERS) rows.push(...(await weatherIt(weather)));
    const [first] = WEATHERS;
    return first ? [...rows, await crowdIt(first)] : rows;
  },
};

async function weatherIt({ name, mix, goal }: Weather): Promise<readonly Row[]> {
  const gen = await startSimulator({ settings: { ledgerRequests: false } });
  const workers = await startWorkers(gen.urls.api.replace(/\/v1$/, ""), { apiKey: gen.apiKey });
  const caller = createCaller();
  const script = () => {
    gen.control.clearFaults();
    gen.control.addFaults({ random: { seed: 1, mix } });
  };
  try {
    script();
    const edge = await throughWorker(caller, workers, WORKER_LOAD);
    script();
    const guide = await byGuide(caller, gen, false);
    script();
    const kindGuide = await byGuide(caller, gen, true);
    return [
      judged(`GETs that succeed, ${name}`, toPercent(edge, 3), { goal: `≥ ${toPercent(goal, 1)}`, met: edge >= goal }),
      beside("… the loop of GEN's guide", toPercent(guide, 2)),
      beside("… the same, trying lost connections again too", toPercent(kindGuide, 2)),
    ];
  } finally {
    caller.close();
    await workers.close();
    await gen.close();
  }
}

async function crowdIt({ name, mix }: Weather): Promise<Row> {
  const gen = await startSimulator({ settings: { ledgerRequests: false } });
  const workers = await startWorkers(gen.urls.api.replace(/\/v1$/, ""), { apiKey: gen.apiKey });
  const caller = createCaller();
  try {
    gen.control.addFaults({ random: { seed: 1, mix } });
    const share = await throughWorker(caller, workers, CROWD_LOAD);
    return beside(`${name}, ${CROWD_LOAD.width} in flight in one isolate`, toPercent(share, 2));
  } finally {
    caller.close();
    await workers.close();
    await gen.close();
  }
}

function throughWorker(caller: Caller, workers: Workers, load: { total: number; width: number }): Promise<number> {
  const headers = { "x-api-key": workers.clientKey, prefer: `wait=${BUDGET_SECONDS}` };
  return runInFlight(load, async () => (await caller.get(`${workers.edge.url}${PATH}`, headers)).status === 200);
}

function byGuide(caller: Caller, gen: Simulator, retriesLost: boolean): Promise<number> {
  const task = { url: `${gen.urls.api}/agents/42`, apiKey: gen.apiKey, retriesLost };
  return runInFlight(GUIDE_LOAD, () => {
    const signal = AbortSignal.timeout(BUDGET_SECONDS * 1_000);
    return askAsTheGuideSays(caller, { ...task, signal });
  });
}
