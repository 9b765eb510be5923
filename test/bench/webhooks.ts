/** The time until other services' webhooks are acknowledged: each is verified and starts a run that is stored. */
import { SENDERS } from "../support/senders.ts";
import { buildTestBundle, readTestBundle } from "../support/test-bundle.ts";
import { createDurableCaller, type DurableCaller } from "./durable-caller.ts";
import { type DurableWorker, startDurableWorker } from "./durable-worker.ts";
import { runInFlight } from "./in-flight.ts";
import { beside, judged, type Row, type Section } from "./section.ts";
import { median, quantile } from "./statistics.ts";

const WARM_UP = 50;
const DELIVERIES = 1_000;
const CONNECTIONS = 16;
const GOAL_MS = 1_000;

export const webhooks: Section = {
  name: "webhooks",
  how:
    `${DELIVERIES.toLocaleString("en")} deliveries signed as GitHub signs, each of an event of its own, over ${CONNECTIONS} connections. Each starts a run of one pipeline ` +
    "(one step, no call of GEN; a pipeline for tests, built in the place of the owner's), and all of the runs are worked on meanwhile by the same workerd, which stands in for Cloudflare's Workflows, too.",
  run,
};

async function run(): Promise<readonly Row[]> {
  buildTestBundle();
  const vars = { GITHUB_WEBHOOK_SECRET: SENDERS.github.secret };
  const worker = await startDurableWorker({ ledgerRequests: false }, { bundle: readTestBundle(), vars });
  const caller = createDurableCaller(CONNECTIONS);
  try {
    await deliverAll({ worker, caller }, { from: 0, total: WARM_UP });
    const startedAt = performance.now();
    const times = await deliverAll({ worker, caller }, { from: WARM_UP, total: DELIVERIES });
    const seconds = (performance.now() - startedAt) / 1_000;
    const p99 = quantile(times, 0.99);
    return [
      judged("Time to acknowledge a webhook, p99", toMs(p99), { goal: "< 1 s", met: p99 < GOAL_MS }),
      beside("… median", toMs(median(times))),
      beside("… acknowledged", `${(times.length / seconds).toFixed(0)} deliveries/s`),
    ];
  } finally {
    caller.close();
    await worker.close();
  }
}

interface Bench {
  readonly worker: DurableWorker;
  readonly caller: DurableCaller;
}

/** Milliseconds until each was acknowledged. Throws if one was not. */
async function deliverAll(bench: Bench, { from, total }: { from: number; total: number }): Promise<readonly number[]> {
  const times: number[] = [];
  await runInFlight({ total, width: CONNECTIONS }, async (index) => times.push(await deliver(bench, from + index)) > 0);
  return times;
}

async function deliver({ worker, caller }: Bench, index: number): Promise<number> {
  const event = { action: "opened", issue: { number: index } };
  const mail = { secret: SENDERS.github.secret, sentAtMs: Date.now(), id: String(index), url: "" };
  const headers = SENDERS.github.sign({ ...mail, body: JSON.stringify(event) });
  const question = { method: "POST", url: `${worker.url}/webhooks/github`, key: "", body: event, headers };
  const { status, text, ms } = await caller.ask(question);
  if (status !== 202 || !text.includes('"id"')) throw new Error(`Delivery ${index} was answered ${status}: ${text}`);
  return ms;
}

function toMs(ms: number): string {
  return `${ms.toFixed(0)} ms`;
}
