/** The cost of a request: the CPU time of workerd, which does not depend on the rate of requests. */
import { startUpstream } from "./fixed-upstream.ts";
import { applyLoad } from "./load.ts";
import { beside, judged, type Row, type Section } from "./section.ts";
import { median, quantile } from "./statistics.ts";
import { readCpuNs } from "./workerd-process.ts";
import { type Side, startWorkers, type Workers } from "./workers.ts";

const PATH = "/v1/agents/42?view=full";
const CONNECTIONS = 32;
/** The number of requests for about a second of this Worker's work. */
const REQUESTS = 3_000;
const WARM_UP_ROUNDS = 4;
const ROUNDS = 40;
const GOAL = 1.15;

const SIDES = ["bare", "floor", "edge"] as const satisfies readonly Side[];

/** Microseconds of CPU time for each request. */
type Round = Readonly<Record<Side, number>>;

export const cpuTime: Section = {
  name: "cpu-time",
  how:
    `GET of 1 KB of JSON with a Content-Length, ${CONNECTIONS} connections, ${ROUNDS} rounds of ${REQUESTS.toLocaleString("en")} requests a side (about a second) in turns ` +
    `(A B C, C B A, …) after ${WARM_UP_ROUNDS} to warm up. Each side is a workerd process of its own; what all of its threads have used (\`/proc/<pid>/task/*/schedstat\`) while it was asked is ` +
    "divided by the requests, each of which was answered with a 2xx. A ratio is the median of the rounds' ratios. The floor is a Worker by hand for this one " +
    "request (`test/bench/bare-worker.ts`): a short allowlist of headers, a deadline, the headers of every answer and the line, as the " +
    "design asks, and nothing else: no key is checked, no path is matched, nothing is tried again.",
  run,
};

async function run(): Promise<readonly Row[]> {
  const upstream = await startUpstream();
  const workers = await startWorkers(upstream.origin);
  const rounds: Round[] = [];
  try {
    await checkAnswers(workers, upstream.origin);
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      const measured = await measureRound(workers, round % 2 === 0 ? SIDES : SIDES.toReversed());
      if (round >= 0) rounds.push(measured);
    }
  } finally {
    await workers.close();
    upstream.close();
  }
  const toFloor = rounds.map(({ edge, floor }) => edge / floor);
  return [
    judged("CPU time per request next to the floor", describe(toFloor), {
      goal: `≤ ${GOAL}`,
      met: median(toFloor) <= GOAL,
    }),
    beside("… next to a bare Worker", describe(rounds.map(({ edge, bare }) => edge / bare))),
    beside("… of the floor, next to a bare Worker", describe(rounds.map(({ floor, bare }) => floor / bare))),
    beside(
      "… this Worker, the floor, bare Worker",
      SIDES.toReversed()
        .map((side) => `${median(rounds.map((round) => round[side])).toFixed(0)} µs`)
        .join(", "),
    ),
  ];
}

function describe(ratios: readonly number[]): string {
  const [lower, upper] = [quantile(ratios, 0.25), quantile(ratios, 0.75)];
  return `${median(ratios).toFixed(2)} (half of the rounds: ${lower.toFixed(2)}–${upper.toFixed(2)})`;
}

async function checkAnswers(workers: Workers, origin: string): Promise<void> {
  const expected = await (await fetch(`${origin}${PATH}`)).text();
  for (const side of SIDES) {
    const answer = await fetch(`${workers[side].url}${PATH}`, { headers: { "x-api-key": workers.clientKey } });
    const isWhole = (await answer.text()) === expected;
    if (answer.status !== 200 || !isWhole) throw new Error(`${side} answered ${answer.status}, not what GEN did.`);
  }
}

async function measureRound(workers: Workers, order: readonly Side[]): Promise<Round> {
  const round = { bare: 0, floor: 0, edge: 0 };
  for (const side of order) round[side] = await measure(workers, side);
  return round;
}

async function measure({ clientKey, ...sides }: Workers, side: Side): Promise<number> {
  const { url, pid } = sides[side];
  const before = readCpuNs(pid);
  const headers = { "x-api-key": clientKey };
  await applyLoad({ url: `${url}${PATH}`, headers, connections: CONNECTIONS, requests: REQUESTS });
  return (readCpuNs(pid) - before) / REQUESTS / 1_000;
}
