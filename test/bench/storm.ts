import { setTimeout as sleep } from "node:timers/promises";
import { startSimulator } from "../simulator/simulator.ts";
import { type Caller, createCaller } from "./caller.ts";
import { askAsTheGuideSays } from "./guide-loop.ts";
import { runInFlight } from "./in-flight.ts";
import { beside, judged, type Row, type Section } from "./section.ts";
import { startWorkers, type Workers } from "./workers.ts";

/** A path whose answers the Worker does not cache: it asks GEN each time. */
const PATH = "/v1/agents/42";
const PER_SECOND = 50;
const SECONDS = 30;
const FAILURES_SEEN = 10;
const GOAL = 1.2;

export const storm: Section = {
  name: "storm",
  how:
    `${PER_SECOND} GETs a second for ${SECONDS} s while every one of GEN's answers is a bare 503, then while it refuses every connection. ` +
    `Counted from the moment the isolate has seen ${FAILURES_SEEN} failed attempts: requests sent to GEN, by \`X-GenEdge-Attempts\` and, for 503, by ` +
    "the simulator's own count, for each request that came in. The guide's loop asks with its waits shortened a hundredfold.",
  async run() {
    return [...(await down("503")), ...(await down("refused")), await guide()];
  },
};

async function down(how: "503" | "refused"): Promise<readonly Row[]> {
  const gen = await startSimulator({ settings: { ledgerRequests: false } });
  const workers = await startWorkers(gen.urls.api.replace(/\/v1$/, ""), { apiKey: gen.apiKey });
  const caller = createCaller();
  try {
    if (how === "refused") await gen.control.refuse("api");
    else gen.control.addFaults({ random: { seed: 1, mix: [{ outcome: { status: 503, body: "" }, share: 1 }] } });
    const received = () => gen.control.ledger().totals.requests;
    const { sent, asked, receivedSince } = await keepAsking(caller, workers, received);
    const ratio = (how === "503" ? receivedSince : sent) / asked;
    return [
      judged(`GEN down (${how}): sent to GEN per request`, ratio.toFixed(3), { goal: `≤ ${GOAL}`, met: ratio <= GOAL }),
    ];
  } finally {
    caller.close();
    await workers.close();
    await gen.close();
  }
}

/** Sends requests at a steady rate, whether or not answers come. */
async function keepAsking(caller: Caller, workers: Workers, received: () => number) {
  const headers = { "x-api-key": workers.clientKey };
  const url = `${workers.edge.url}${PATH}`;
  let seen = 0;
  let sent = 0;
  let asked = 0;
  let receivedBefore = 0;
  const answers: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < PER_SECOND * SECONDS; index++) {
    const counts = seen >= FAILURES_SEEN;
    if (counts && asked === 0) receivedBefore = received();
    if (counts) asked += 1;
    answers.push(
      caller.get(url, headers).then(({ attempts }) => {
        seen += attempts;
        if (counts) sent += attempts;
      }),
    );
    await sleep(Math.max(0, startedAt + ((index + 1) * 1_000) / PER_SECOND - performance.now()));
  }
  await Promise.all(answers);
  return { sent, asked, receivedSince: received() - receivedBefore };
}

/** The waits are shortened, since only the number of requests counts here. */
async function guide(): Promise<Row> {
  const gen = await startSimulator({ settings: { ledgerRequests: false } });
  const caller = createCaller();
  const total = 200;
  try {
    gen.control.addFaults({ random: { seed: 1, mix: [{ outcome: { status: 503, body: "" }, share: 1 }] } });
    const signal = AbortSignal.timeout(60_000);
    const task = { url: `${gen.urls.api}/agents/42`, apiKey: gen.apiKey, signal, waitFactor: 0.01 };
    await runInFlight({ total, width: 20 }, () => askAsTheGuideSays(caller, task));
    return beside("… the loop of GEN's guide", (gen.control.ledger().totals.requests / total).toFixed(3));
  } finally {
    caller.close();
    await gen.close();
  }
}
