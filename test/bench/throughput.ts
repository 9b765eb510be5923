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

const SIDES = ["bare", "floor", "edge"] as const satisfies readonly Side[];
const NAMES: Readonly<Record<Side, string>> = { edge: "this Worker", floor: "the floor", bare: "bare Worker" };

export const throughput: Section = {
  name: "throughput",
  how:
    `GET of 1 KB of JSON with a Content-Length, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${ROUND_SECONDS} s a side in turns ` +
    "(A B C, C B A, …) after warming up. A ratio is the median of the rounds' ratios. The floor is a Worker by hand for this one " +
    "request (`test/bench/bare-worker.ts`): a short allowlist of headers, a deadline, the headers of every answer and the line, as the " +
    "design asks, and nothing else: no key is checked, no path is matched, nothing is tried again.",
  run,
};

async function run(): Promise<readonly Row[]> {
  const upstream = await startUpstream();
  const workers = await startWorkers(upstream.origin);
  const rounds: Record<Side, number>[] = [];
  try {
    for (const side of [...SIDES, ...SIDES]) await measure(workers, side);
    for (let round = 0; round < ROUNDS; round++) {
      const order = round % 2 === 0 ? SIDES : SIDES.toReversed();
      const rates = { bare: 0, floor: 0, edge: 0 };
      for (const side of order) rates[side] = await measure(workers, side);
      rounds.push(rates);
    }
  } finally {
    await workers.close();
    upstream.close();
  }
  const edge = toRatio(rounds, "edge");
  return [
    judged("Throughput next to a bare Worker", edge.text, { goal: "≥ 0.75, aim 0.85", met: edge.ratio >= GOAL }),
    beside("… of the floor, next to a bare Worker", toRatio(rounds, "floor").text),
    ...SIDES.toReversed().map((side) =>
      beside(`… ${NAMES[side]}`, `${median(rounds.map((each) => each[side])).toFixed(0)} requests/s`),
    ),
  ];
}

function toRatio(rounds: readonly Record<Side, number>[], side: Side): { ratio: number; text: string } {
  const ratios = rounds.map((rates) => rates[side] / rates.bare);
  const ratio = median(ratios);
  const text = `${ratio.toFixed(2)} (rounds: ${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`;
  return { ratio, text };
}

async function measure(workers: Workers, side: Side): Promise<number> {
  const url = `${workers.urls[side]}${PATH}`;
  const { clientKey } = workers;
  return (await applyLoad({ url, clientKey, connections: CONNECTIONS, seconds: ROUND_SECONDS })).requestsPerSecond;
}
