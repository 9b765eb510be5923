import { startUpstream } from "./fixed-upstream.ts";
import { applyLoad } from "./load.ts";
import { beside, judged, type Row, type Section } from "./section.ts";
import { median } from "./statistics.ts";
import { startWorkers, type Workers } from "./workers.ts";

const PATH = "/v1/agents/42?view=full";
const CONNECTIONS = 32;
const ROUNDS = 12;
const ROUND_SECONDS = 3;
const GOAL = 0.75;

type Side = keyof Workers["urls"];

export const throughput: Section = {
  name: "throughput",
  how:
    `GET of 1 KB of JSON with a Content-Length, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${ROUND_SECONDS} s a side in turns ` +
    "(A B, B A, …) after warming up. The ratio is the median of the rounds' ratios.",
  run,
};

async function run(): Promise<readonly Row[]> {
  const upstream = await startUpstream();
  const workers = await startWorkers(upstream.origin);
  const rounds: Record<Side, number>[] = [];
  try {
    for (const side of ["bare", "edge", "bare", "edge"] as const) await measure(workers, side);
    for (let round = 0; round < ROUNDS; round++) {
      const order: Side[] = round % 2 === 0 ? ["bare", "edge"] : ["edge", "bare"];
      const rates = { bare: 0, edge: 0 };
      for (const side of order) rates[side] = await measure(workers, side);
      rounds.push(rates);
    }
  } finally {
    await workers.close();
    upstream.close();
  }
  const ratio = median(rounds.map(({ edge, bare }) => edge / bare));
  const lowest = Math.min(...rounds.map(({ edge, bare }) => edge / bare));
  const highest = Math.max(...rounds.map(({ edge, bare }) => edge / bare));
  return [
    judged(
      "Throughput next to a bare Worker",
      `${ratio.toFixed(2)} (rounds: ${lowest.toFixed(2)}–${highest.toFixed(2)})`,
      {
        goal: "≥ 0.75, aim 0.85",
        met: ratio >= GOAL,
      },
    ),
    beside("… this Worker", `${median(rounds.map((each) => each.edge)).toFixed(0)} requests/s`),
    beside("… bare Worker", `${median(rounds.map((each) => each.bare)).toFixed(0)} requests/s`),
  ];
}

async function measure(workers: Workers, side: Side): Promise<number> {
  const url = `${workers.urls[side]}${PATH}`;
  const { clientKey } = workers;
  return (await applyLoad({ url, clientKey, connections: CONNECTIONS, seconds: ROUND_SECONDS })).requestsPerSecond;
}
