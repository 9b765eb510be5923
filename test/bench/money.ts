/** Compares reports of the ledger among many charges with the same among few. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { startWorker } from "../support/worker.ts";
import { createDurableCaller, type DurableCaller } from "./durable-caller.ts";
import { compare, ROUNDS, type Seeded } from "./few-and-many.ts";
import { beside, judged, type Row, type Section } from "./section.ts";

const FEW = 1_000;
const MANY = 100_000;
const GOAL = 1.5;
/** Charges that are made at a time. */
const BATCH = 5_000;
const BUNDLE = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/** The Worker with one more route, which books charges that have ended. */
const FRONT = `
import worker, { Ledger as Shipped } from "./bundle.js";
export * from "./bundle.js";
export class Ledger extends Shipped {
  async seed({ from, to, start, end }) {
    for (let n = from; n < to; n += 1) {
      const at = start + Math.floor(((n * 7_919) % 100_000) * ((end - start) / 100_000));
      const charge = {
        callId: String(n).padStart(64, "0"),
        epoch: 0,
        at,
        clientId: "client-" + (n % 8),
        account: "default",
        tag: n % 10 === 0 ? null : "customer-" + (n % 20),
        agentId: "agent-" + (n % 4),
        pipeline: null,
        runId: null,
        operation: "cells.generate",
        type: n % 5 === 0 ? "video_from_text" : "text",
        calls: 1,
        estimate: 1 + (n % 97),
      };
      const job = { kind: "generation", id: String(n) };
      await this.close({ charge, state: "spent", jobs: [job] });
      const status = n % 20 === 7 ? "failed" : "completed";
      await this.settle(charge, job, { status, cost: status === "failed" ? 0 : 1 + (n % 89) });
    }
  }
}
export default {
  ...worker,
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== "/seed") return worker.fetch(request, env, ctx);
    const { name, ...seed } = await request.json();
    await env.LEDGER.getByName(name).seed(seed);
    return new Response(null, { status: 204 });
  },
};`;

export const money: Section = {
  name: "money",
  how:
    `Reports of \`GET /v1/usage\` and first pages of \`GET /v1/usage/charges\` (50 rows), ${ROUNDS} times over one connection, in turns of a Worker with ${MANY.toLocaleString("en")} charges of this month ` +
    `and one with ${FEW.toLocaleString("en")}: of eight clients, four agents, twenty tags and two types, each with a job that has ended. The ratio of the medians; the worst of them is judged. A page with a filter that no index knows looks at up to 2,000 charges, so it stands beside.`,
  run,
};

const PATHS = [
  "/v1/usage?by=day",
  "/v1/usage?by=tag",
  "/v1/usage?by=client&tag=customer-3",
  "/v1/usage/charges",
  "/v1/usage/charges?order=credits",
  "/v1/usage/charges?client=client-3",
  "/v1/usage/charges?client=client-3&order=credits",
];
/** One in twenty fits. */
const SEARCH = "/v1/usage/charges?ended=failed";

async function run(): Promise<readonly Row[]> {
  const caller = createDurableCaller(1);
  const few = await startSeeded(FEW, caller);
  const many = await startSeeded(MANY, caller);
  try {
    const measured = [];
    for (const path of [...PATHS, SEARCH]) measured.push({ path, ...(await compare(path, { few, many, caller })) });
    const worst = measured.filter(({ path }) => path !== SEARCH).reduce((a, b) => (a.ratio > b.ratio ? a : b));
    return [
      judged("Reports, 100,000 charges next to 1,000: the slowest ratio", worst.ratio.toFixed(2), {
        goal: `≤ ${GOAL}`,
        met: worst.ratio <= GOAL,
      }),
      ...measured.map(({ path, fewMs, manyMs }) =>
        beside(`… ${path}`, `${manyMs.toFixed(1)} ms, ${fewMs.toFixed(1)} ms`),
      ),
    ];
  } finally {
    caller.close();
    await Promise.all([few.worker.close(), many.worker.close()]);
  }
}

async function startSeeded(count: number, caller: DurableCaller): Promise<Seeded> {
  const bundle = readFileSync(BUNDLE, "utf8");
  const worker = await startWorker({ GEN_API_KEY: "gen_pat_bench_0123456789" }, { bundle, front: FRONT });
  const key = await worker.addClient();
  const end = Date.now();
  const name = new Date(end).toISOString().slice(0, 7);
  const start = Date.parse(`${name}-01`);
  for (let from = 0; from < count; from += BATCH) {
    const body = { name, from, to: Math.min(from + BATCH, count), start, end };
    const { status } = await caller.ask({ method: "POST", url: `${worker.url}/seed`, key, body });
    if (status !== 204) throw new Error(`The charges could not be made: ${status}`);
  }
  return { worker, key };
}
