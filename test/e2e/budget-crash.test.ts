import { afterAll, beforeAll, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { type CrashableWorker, startCrashableWorker } from "../support/crashable-worker.ts";
import { cell, eventually } from "../support/durable-calls.ts";
import { CANARY_KEY, json } from "../support/stack.ts";

const IMAGE = { generation_type: "image_from_text", data: { prompt: "A lighthouse" } };
const PRICE = 20;
const BUDGET = 200;

let gen: Simulator;
let worker: CrashableWorker;
beforeAll(async () => {
  gen = await startSimulator({ apiKey: CANARY_KEY });
  const vars = { GEN_API_KEY: CANARY_KEY, GEN_BASE_URL: gen.urls.api, CALL_QUIET_MS: "500", MAX_SUBREQUESTS: "1000" };
  worker = await startCrashableWorker(vars, { creditsPerDay: BUDGET });
}, 60_000);
afterAll(async () => {
  await worker.close();
  await gen.close();
});

const { url } = cell(10111);

/** Asks until there is an answer: 201, or 429 when the budget has too little left. Dead machines are asked again. */
async function ask(key: string): Promise<number> {
  const headers = { "x-api-key": worker.key, "idempotency-key": key, prefer: "wait=10" };
  const answer = await fetch(`${worker.url}${url}`, json("POST", IMAGE, headers)).catch(() => null);
  await answer?.text().catch(() => null);
  if (answer?.status === 201 || answer?.status === 429) return answer.status;
  await new Promise((resolve) => setTimeout(resolve, 100));
  return ask(key);
}

const readCredits = async () => {
  const answer = await fetch(`${worker.url}/v1/usage`, { headers: { "x-api-key": worker.key } });
  return ((await answer.json()) as { credits: { reserved: number; spent: number } }).credits;
};

it("a budget of 200 credits buys ten images of 20 when 60 come at once and the machine dies again and again", async () => {
  gen.control.changeSettings({ workMs: 100 });
  const keys = Array.from({ length: 60 }, (_, n) => `image-${n}`);
  const asked = Promise.all(keys.map(ask));
  for (const charges of [1, 4, 8]) {
    await eventually(
      () => gen.control.ledger().charges.length,
      (n) => n >= charges,
    );
    await worker.kill();
    await worker.restart();
  }
  const first = await asked;
  // What the death of a machine has freed is there for those who ask again.
  const denied = keys.filter((_, index) => first[index] === 429);
  await eventually(readCredits, ({ reserved }) => reserved === 0);
  for (const key of denied) await ask(key);

  const { charges } = gen.control.ledger();
  expect(charges).toHaveLength(BUDGET / PRICE);
  expect(new Set(charges.map(({ idempotency_key }) => idempotency_key)).size).toBe(BUDGET / PRICE);
  expect(await eventually(readCredits, ({ spent }) => spent === BUDGET)).toEqual({
    reserved: 0,
    spent: BUDGET,
    limit: BUDGET,
    left: 0,
  });
}, 120_000);
