/**
 * A thousand readers of one generation's events: their cost for GEN and the Worker, and how soon the last one is told.
 */
import { once } from "node:events";
import { Agent, type IncomingMessage, request as send } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { createGenToken } from "../../src/webhooks/gen-token.ts";
import { createDurableCaller, type DurableCaller, VIDEO } from "./durable-caller.ts";
import { type DurableWorker, startDurableWorker, WEBHOOK_SECRET } from "./durable-worker.ts";
import { beside, judged, type Row, type Section } from "./section.ts";
import { median } from "./statistics.ts";

const WATCHERS = 1_000;
const WARM_UP_WATCHERS = 100;
const OPENED_AT_ONCE = 50;
const RUNS = 5;
const GOAL_MS = 250;
/** A time in the fourth period of polls: 2 s, 3 s, 4.5 s, 6.75 s. */
const POLLED_MS = 14_000;
const QUIET_MS = 2_000;
/** The Worker asks GEN once a second at most, however many webhooks come: for a generation of minutes, polled every
 * 15 s, the last poll is nearly always longer ago. */
const SPACING_MS = 1_100;
/** The time that the answer to a poll takes to reach the Worker. */
const SETTLE_MS = 50;
const TOLD_WITHIN_MS = 60_000;

export const durableWatchers: Section = {
  name: "durable-watchers",
  how:
    `${WATCHERS.toLocaleString("en")} event streams of one generation, each on a socket of its own. Polls are counted for ${POLLED_MS / 1_000} s beside those of a generation ` +
    "that was begun at the same time and that nobody watches. The time is from GEN's completion to the moment when the last watcher has read it; the simulated GEN, its webhook and " +
    `the watchers run in one process, ${RUNS} runs each way. With a webhook it completes more than a second after a poll, as nearly all do that take minutes and are polled every 15 s: ` +
    "the Worker asks GEN once a second at most, so that one which completes just after a poll is told of up to a second later; without one at moments spread over the period. " +
    `Memory is the growth of workerd's \`VmRSS\` (with the HTTP connections, without the watchers' ends of them) after ${WARM_UP_WATCHERS} watchers to warm up.`,
  run,
};

interface Bench {
  readonly worker: DurableWorker;
  readonly caller: DurableCaller;
}

interface Watchers {
  /** The time, by `performance.now()`, at which the last watcher has read the completion. */
  told(): Promise<number>;
  leave(): void;
}

async function run(): Promise<readonly Row[]> {
  const worker = await startDurableWorker();
  const caller = createDurableCaller(1);
  const bench = { worker, caller };
  try {
    (await open(bench, await begin(bench), WARM_UP_WATCHERS)).leave();
    await sleep(QUIET_MS);
    const { polls, memory } = await watchPolls(bench);
    const without = await timeRuns(bench, (_, turn) => sleep(QUIET_MS + (turn * 3_000) / RUNS));
    await register(bench);
    const withWebhook = await timeRuns(bench, (id) => untilPolled(bench, id).then(() => sleep(SPACING_MS)));
    const afterPoll = await timeRuns(bench, (id) => untilPolled(bench, id));
    return [...polls, ...toTimes({ withWebhook, afterPoll, without }), memory];
  } finally {
    caller.close();
    await worker.close();
  }
}

async function watchPolls(bench: Bench): Promise<{ polls: readonly Row[]; memory: Row }> {
  const before = bench.worker.residentMib();
  const [watched, unwatched] = [await begin(bench), await begin(bench)];
  const watchers = await open(bench, watched, WATCHERS);
  await sleep(POLLED_MS);
  const kib = ((bench.worker.residentMib() - before) * 1_024) / WATCHERS;
  const [some, none] = [countPolls(bench, watched), countPolls(bench, unwatched)];
  watchers.leave();
  const measured = `${(some / none).toFixed(2)} (${some} polls in ${POLLED_MS / 1_000} s, ${none} of one that nobody watches)`;
  return {
    polls: [judged("Polls per period, 1,000 watchers", measured, { goal: "1", met: some === none })],
    memory: beside("Memory per watcher", `${kib.toFixed(1)} KiB`),
  };
}

/** Runs with a new generation and new watchers, and completes it after `wait`. */
async function timeRuns(
  bench: Bench,
  wait: (id: string, turn: number) => Promise<unknown>,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < RUNS; turn++) {
    const id = await begin(bench);
    const watchers = await open(bench, id, WATCHERS);
    await wait(id, turn);
    const completedAt = performance.now();
    bench.worker.gen.control.setGeneration(id, { status: "completed" });
    times.push((await watchers.told()) - completedAt);
    watchers.leave();
  }
  return times;
}

interface Times {
  readonly withWebhook: readonly number[];
  readonly afterPoll: readonly number[];
  readonly without: readonly number[];
}

function toTimes({ withWebhook, afterPoll, without }: Times): readonly Row[] {
  const quick = median(withWebhook);
  const toAll = (times: readonly number[]) =>
    `${median(times).toFixed(0)} ms (${times.map((ms) => ms.toFixed(0)).join(", ")})`;
  return [
    judged("Completion to the last of 1,000 watchers, with a webhook", toAll(withWebhook), {
      goal: `< ${GOAL_MS} ms`,
      met: quick < GOAL_MS,
    }),
    beside("… the same, completed just after a poll", toAll(afterPoll)),
    beside("… without a webhook: the next poll", toAll(without)),
  ];
}

/** Waits until GEN has been polled once more. */
async function untilPolled(bench: Bench, id: string): Promise<void> {
  const before = countPolls(bench, id);
  while (countPolls(bench, id) === before) await sleep(10);
  await sleep(SETTLE_MS);
}

async function begin({ worker, caller }: Bench): Promise<string> {
  const url = `${worker.url}/v1/vidsheet/101/cells/10111/generate?agent_id=42`;
  const { status, text } = await caller.ask({ method: "POST", url, key: worker.clientKey, body: VIDEO });
  if (status !== 201) throw new Error(`A generation was answered with ${status}: ${text}`);
  return String(JSON.parse(text).generation_id);
}

function countPolls({ worker }: Bench, id: string): number {
  return worker.gen.control.ledger().requests.filter(({ path }) => path === `/v1/generations/${id}`).length;
}

/** Registers the Worker for GEN's webhooks. */
async function register({ worker, caller }: Bench): Promise<void> {
  const webhook_url = `${worker.url}/webhooks/gen/42/${await createGenToken(WEBHOOK_SECRET, "42", 1)}`;
  const url = `${worker.gen.urls.api}/agents/42/automation_config`;
  const body = { automation_config: { webhook_url } };
  const { status, text } = await caller.ask({ method: "PATCH", url, key: worker.gen.apiKey, body });
  if (status !== 200) throw new Error(`The webhook was answered with ${status}: ${text}`);
}

/** Resolves once every watcher has read the first event. */
async function open({ worker }: Bench, id: string, count: number): Promise<Watchers> {
  const agent = new Agent({ keepAlive: false, maxSockets: Number.POSITIVE_INFINITY });
  const url = `${worker.url}/v1/generations/${id}/events`;
  const told: Promise<number>[] = [];
  const openOne = async () => {
    const request = send(url, { agent, headers: { "x-api-key": worker.clientKey } }).end();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    if (response.statusCode !== 200) throw new Error(`A watcher was answered with ${response.statusCode}`);
    request.on("error", () => {});
    response.on("error", () => {});
    const reading = read(response);
    reading.completed.catch(() => {});
    told.push(reading.completed);
    await reading.begun;
  };
  while (told.length < count) {
    await Promise.all(Array.from({ length: Math.min(OPENED_AT_ONCE, count - told.length) }, openOne));
  }
  return {
    told: async () => Math.max(...(await within(Promise.all(told), TOLD_WITHIN_MS))),
    leave: () => agent.destroy(),
  };
}

function read(response: IncomingMessage): { begun: Promise<void>; completed: Promise<number> } {
  const begun = Promise.withResolvers<void>();
  const completed = Promise.withResolvers<number>();
  let text = "";
  response.setEncoding("utf8");
  response.on("data", (chunk: string) => {
    text += chunk;
    if (text.includes("data: ")) begun.resolve();
    if (/^data: .*"status":"completed".*\n\n/m.test(text)) completed.resolve(performance.now());
  });
  response.on("close", () => completed.reject(new Error(`A stream ended after ${text}`)));
  return { begun: begun.promise, completed: completed.promise };
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  const late = new AbortController();
  const timer = sleep(ms, undefined, { signal: late.signal }).then(() => {
    throw new Error(`Not every watcher was told within ${ms} ms.`);
  });
  timer.catch(() => {});
  return Promise.race([promise, timer]).finally(() => late.abort());
}
