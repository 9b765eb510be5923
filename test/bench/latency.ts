import { createCaller } from "./caller.ts";
import { startUpstream } from "./fixed-upstream.ts";
import { beside, type Row, type Section } from "./section.ts";
import { median } from "./statistics.ts";
import { startWorkers } from "./workers.ts";

const PATH = "/v1/agents/42?view=full";
const WARM_UP = 500;
const REQUESTS = 4_000;

type Side = "bare" | "edge";

export const latency: Section = {
  name: "latency",
  how: `The same GET over 1 connection, ${REQUESTS.toLocaleString("en")} a side, one of each in turns.`,
  run,
};

async function run(): Promise<readonly Row[]> {
  const upstream = await startUpstream();
  const workers = await startWorkers(upstream.origin);
  const caller = createCaller();
  const times: Record<Side, number[]> = { bare: [], edge: [] };
  try {
    for (let turn = 0; turn < WARM_UP + REQUESTS; turn++) {
      for (const side of ["bare", "edge"] as const) {
        const { status, ms } = await caller.get(`${workers[side].url}${PATH}`, { "x-api-key": workers.clientKey });
        if (status !== 200) throw new Error(`${side} answered ${status}`);
        if (turn >= WARM_UP) times[side].push(ms);
      }
    }
  } finally {
    caller.close();
    await workers.close();
    upstream.close();
  }
  const [edge, bare] = [median(times.edge), median(times.bare)];
  return [
    beside("Median added time at 1 connection", `${(edge - bare).toFixed(2)} ms`),
    beside("… this Worker, bare Worker", `${edge.toFixed(2)} ms, ${bare.toFixed(2)} ms`),
  ];
}
