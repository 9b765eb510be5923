/** Compares lists and searches of calls among many rows with the same among few. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../support/browser.ts";
import { createRow } from "../support/call-rows.ts";
import { openConsole, signIn } from "../support/console.ts";
import { startWorker } from "../support/worker.ts";
import { createDurableCaller, type DurableCaller } from "./durable-caller.ts";
import { compare, ROUNDS, type Seeded } from "./few-and-many.ts";
import { beside, judged, type Row, type Section } from "./section.ts";

const FEW = 1_000;
const MANY = 100_000;
const GOAL = 1.5;
const VIEWS = 5;
const VIEW_GOAL_MS = 1_000;
/** Rows that are put at a time. */
const BATCH = 5_000;
const BUNDLE = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/** The Worker with one more route, which makes rows of a row of each kind. */
const FRONT = `
import worker, { Activity as Shipped } from "./bundle.js";
export * from "./bundle.js";
export class Activity extends Shipped {
  async seed({ from, to, rows }) {
    for (let n = from; n < to; n += 1) {
      const text = JSON.stringify(rows[n % rows.length]).replaceAll("@", String(n).padStart(8, "0"));
      const row = JSON.parse(text);
      await this.put({ ...row, acceptedAt: row.acceptedAt + n, changedAt: row.acceptedAt + n });
    }
  }
}
export default {
  ...worker,
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== "/seed") return worker.fetch(request, env, ctx);
    const { name, ...seed } = await request.json();
    await env.ACTIVITY.getByName(name).seed(seed);
    return new Response(null, { status: 204 });
  },
};`;

export const activity: Section = {
  name: "activity",
  how:
    `Each list and search of \`GET /v1/calls\` (first page, 50 rows), \`/health\` and \`/metrics\`, ${ROUNDS} times over one connection, in turns of a Worker with ${MANY.toLocaleString("en")} rows of one day ` +
    `and one with ${FEW.toLocaleString("en")}: of eight clients and agents, a tenth with a tag, a tenth free, a twentieth unknown or open. The ratio of the medians; the worst of them is judged. The console's first view: its page of calls, loaded anew ${VIEWS} times by a signed-in operator in Chromium, until the list stands; the slowest.`,
  run,
};

async function run(): Promise<readonly Row[]> {
  const caller = createDurableCaller(1);
  const few = await startSeeded(FEW, caller);
  const many = await startSeeded(MANY, caller);
  try {
    const measured = [];
    for (const path of listPaths()) measured.push({ path, ...(await compare(path, { few, many, caller })) });
    const lists = measured.filter(({ path }) => path !== "/metrics");
    const worst = lists.reduce((a, b) => (a.ratio > b.ratio ? a : b));
    const viewMs = await measureFirstView(many);
    const metrics = measured.find(({ path }) => path === "/metrics");
    return [
      judged("Lists and searches, 100,000 calls next to 1,000: the slowest ratio", worst.ratio.toFixed(2), {
        goal: `≤ ${GOAL}`,
        met: worst.ratio <= GOAL,
      }),
      judged("The console's first view with 100,000 calls", `${viewMs.toFixed(0)} ms`, {
        goal: `≤ ${VIEW_GOAL_MS} ms`,
        met: viewMs <= VIEW_GOAL_MS,
      }),
      ...lists.map(({ path, fewMs, manyMs }) =>
        beside(`… ${path.replaceAll("|", "\\|")}`, `${manyMs.toFixed(1)} ms, ${fewMs.toFixed(1)} ms`),
      ),
      ...(metrics ? [beside("… /metrics", `${metrics.manyMs.toFixed(1)} ms, ${metrics.fewMs.toFixed(1)} ms`)] : []),
    ];
  } finally {
    caller.close();
    await Promise.all([few.worker.close(), many.worker.close()]);
  }
}

/** Milliseconds, the slowest. */
async function measureFirstView({ worker, key }: Seeded): Promise<number> {
  const browser = await launchBrowser();
  try {
    const opened = await openConsole(browser, worker);
    await signIn(opened, key);
    await opened.visit("#/calls");
    const times: number[] = [];
    for (let view = 0; view < VIEWS; view += 1) {
      const from = performance.now();
      await opened.page.reload();
      await opened.page.locator("tbody tr").nth(49).waitFor();
      times.push(performance.now() - from);
    }
    return Math.max(...times);
  } finally {
    await browser.close();
  }
}

async function startSeeded(count: number, caller: DurableCaller): Promise<Seeded> {
  const bundle = readFileSync(BUNDLE, "utf8");
  const worker = await startWorker({ GEN_API_KEY: "gen_pat_bench_0123456789" }, { bundle, front: FRONT });
  const key = await worker.addClient();
  const name = `${new Date().toISOString().slice(0, 10)}:0`;
  for (let from = 0; from < count; from += BATCH) {
    const body = { name, from, to: Math.min(from + BATCH, count), rows: createRows() };
    const { status } = await caller.ask({ method: "POST", url: `${worker.url}/seed`, key, body });
    if (status !== 204) throw new Error(`The rows could not be made: ${status}`);
  }
  return { worker, key };
}

/** One of each kind; `@` becomes the number. */
function createRows() {
  const day = Date.parse(new Date().toISOString().slice(0, 10));
  return Array.from({ length: 160 }, (_, n) => {
    const waits = n % 40 === 0 ? "unknown" : n % 40 === 1 ? "open" : null;
    const free = n % 10 === 2;
    return createRow(0, {
      callId: `@${"0".repeat(56)}`,
      clientId: `client-${n % 8}`,
      agentId: `agent-${(n >> 3) % 8}`,
      tag: n % 10 === 3 ? "tagged" : null,
      runId: n % 20 === 4 ? "run-@" : null,
      requestIds: ["request-@"],
      jobs: [{ kind: "generation", id: "job-@" }],
      acceptedAt: day,
      ...(waits === null ? {} : ({ group: waits, state: waits === "open" ? "collecting" : "unknown" } as const)),
      ...(free ? ({ group: "free", state: "not_charged", charged: "no" } as const) : {}),
    });
  });
}

function listPaths(): string[] {
  const filters = [
    "",
    "client=client-3",
    "agent=agent-5",
    "operation=cells.generate",
    "tag=tagged",
    "client=client-3&agent=agent-5",
    "state=settled",
    "state=free",
    "state=unknown",
    "state=open",
    "q=request-00000500",
    "q=job-00000500",
    "q=run-00000504",
    "q=tagged",
    "q=nothing",
  ];
  return [...filters.map((filter) => `/v1/calls${filter === "" ? "" : `?${filter}`}`), "/health", "/metrics"];
}
