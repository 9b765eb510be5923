/**
 * Compares GEN's charges with the intents, when answers are lost and calls are sent twice: each must be charged once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { deriveGenKey } from "../../src/gen/idempotency.ts";
import { createDurableCaller, type DurableCaller, TEXT } from "./durable-caller.ts";
import { type DurableWorker, startDurableWorker } from "./durable-worker.ts";
import { beside, judged, type Row, type Section } from "./section.ts";
import { toPercent } from "./statistics.ts";

const INTENTS = 10_000;
const AT_ONCE = 100;
const LOST_SHARE = 0.2;
/** Every twentieth intent is sent twice: alternately at the same time, and again after its answer. */
const DOUBLED_EVERY = 20;
const SEED = 1;
/** The simulated GEN works this long before it charges, so that two sends at the same time overlap. */
const WORK_MS = 5;
const POLL_MS = 250;
const SETTLED_WITHIN_MS = 10 * 60_000;
const CELLS = ["10111", "10112", "10113", "10121", "10122", "10123"];

export const durableExactly: Section = {
  name: "durable-exactly",
  how:
    `${INTENTS.toLocaleString("en")} charged calls (texts), ${AT_ONCE} at once, each under an \`Idempotency-Key\` of its own; GEN loses ${toPercent(LOST_SHARE, 0)} of its answers to POSTs ` +
    `after the work is done (seed ${SEED}), ${toPercent(1 / DOUBLED_EVERY, 0)} of the calls are sent twice by their client, half of these at the same time. ` +
    'The simulator is set to charge twice when two sends under one key overlap (`concurrentKey: "twice"`). A call that is not answered with 201 is ' +
    "followed at `/v1/calls/:id` until it is settled. Charges are counted in the simulator's ledger. The objects' files are in `/dev/shm`, where there is one: on a disk the same takes about twice as long.",
  run,
};

type Ended = "accepted" | "refused";

interface Bench {
  readonly worker: DurableWorker;
  readonly caller: DurableCaller;
  readonly endsAt: number;
}

async function run(): Promise<readonly Row[]> {
  const worker = await startDurableWorker(
    { ledgerRequests: false, concurrentKey: "twice", workMs: WORK_MS },
    { inMemory: true },
  );
  const caller = createDurableCaller(2 * AT_ONCE);
  const bench = { worker, caller, endsAt: Date.now() + SETTLED_WITHIN_MS };
  const { control } = worker.gen;
  const mix = [{ outcome: "done_but_lost" as const, share: LOST_SHARE }];
  control.addFaults({ random: { seed: SEED, mix, match: { method: "POST" } } });
  try {
    const startedAt = performance.now();
    const accepted = await countAccepted(bench);
    const seconds = (performance.now() - startedAt) / 1_000;
    const { charges, totals } = control.ledger();
    const keys = new Set(charges.map(({ idempotency_key }) => idempotency_key)).size;
    const found = `${toCount(charges.length)} charges (${toCount(keys)} keys), ${toCount(accepted)} accepted intents`;
    if (charges.length !== accepted || keys !== accepted) throw new Error(`Not charged exactly once: ${found}`);
    return [
      judged("Charges in the ledger, accepted intents", found, { goal: "equal", met: true }),
      beside("… of so many intents, in", `${toCount(INTENTS)}, ${seconds.toFixed(0)} s`),
      beside("… answers that GEN lost", toCount(totals.by_status.lost ?? 0)),
    ];
  } finally {
    caller.close();
    await worker.close();
  }
}

async function countAccepted(bench: Bench): Promise<number> {
  let next = 0;
  let accepted = 0;
  const worker = async () => {
    while (next < INTENTS) {
      if ((await makeIntent(bench, next++)) === "accepted") accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return accepted;
}

/** Sends one intent and follows it to its end, whatever its sends are answered. */
async function makeIntent(bench: Bench, index: number): Promise<Ended> {
  const key = `intent-${index}`;
  const cell = CELLS[index % CELLS.length] ?? "";
  const doubled = index % DOUBLED_EVERY === 0;
  const together = doubled && index % (2 * DOUBLED_EVERY) === 0;
  const statuses = await Promise.all(Array.from({ length: together ? 2 : 1 }, () => send(bench, cell, key)));
  if (doubled && !together) statuses.push(await send(bench, cell, key));
  return statuses.includes(201) ? "accepted" : follow(bench, key);
}

async function send({ worker, caller }: Bench, cell: string, key: string): Promise<number> {
  const { status } = await caller.ask({
    method: "POST",
    url: `${worker.url}/v1/vidsheet/101/cells/${cell}/generate?agent_id=42`,
    key: worker.clientKey,
    body: TEXT,
    headers: { "idempotency-key": key },
  });
  return status;
}

async function follow({ worker, caller, endsAt }: Bench, key: string): Promise<Ended> {
  const url = `${worker.url}/v1/calls/${await deriveGenKey(worker.clientId, key)}`;
  for (;;) {
    const { status, text } = await caller.ask({ method: "GET", url, key: worker.clientKey });
    const { state } = status === 200 ? JSON.parse(text) : { state: null };
    if (state === "settled") return "accepted";
    if (state === "not_charged" || status === 404) return "refused";
    if (state === "unknown") throw new Error(`The outcome of ${key} is unknown.`);
    if (Date.now() > endsAt) throw new Error(`${key} is not settled: ${status} ${text}`);
    await sleep(POLL_MS);
  }
}

function toCount(count: number): string {
  return count.toLocaleString("en");
}
