/** The walk: clients act, GEN's weather changes, jobs fail, and workerd is killed, all by the schedule. */
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../fuzz/random.ts";
import type { Act, Actor } from "./acts/actor.ts";
import { charge, stopAndContinue } from "./acts/charges.ts";
import { edit, operate, read, readJob, tellOfJob } from "./acts/reads.ts";
import { fill, fireTick, makeVideo, runAgain } from "./acts/runs.ts";
import { watch } from "./acts/watch.ts";
import { deliverOther, requestVideo } from "./acts/webhooks.ts";
import { ask } from "./ask.ts";
import { History } from "./history.ts";
import { Outages } from "./outages.ts";
import { makeSchedule, type Schedule } from "./schedule.ts";
import { setWeather } from "./weather.ts";
import { type Client, SHORTEST_LIFE_MS, type World } from "./world.ts";

const ACTS: readonly (readonly [weight: number, act: Act])[] = [
  [20, read],
  [6, readJob],
  [6, operate],
  [10, edit],
  [34, charge],
  [6, tellOfJob],
  [2, requestVideo],
  [4, deliverOther],
  [2, makeVideo],
  [0.6, fill],
  [0.8, fireTick],
  [2, runAgain],
  [2, stopAndContinue],
];
/** The receiver of notifications fails this often. */
const DEAF_SHARE = 0.5;
/** So long before the end of the walk nobody is killed any more. */
const LAST_KILL_MS = 8_000;
/** Its generator, and that of GEN's failing jobs. */
const RECEIVER = -5;
const FATE = -6;

export interface Walked {
  readonly history: History;
  readonly outages: Outages;
  /** Their names, in order. */
  readonly weathers: readonly string[];
  /** Ends all watching; resolves once it has ended. */
  endWatching(): Promise<void>;
  /** How many still watch. */
  readonly watching: () => number;
}

export async function walk(world: World, seed: number, walkMs: number): Promise<Walked> {
  const schedule = makeSchedule(seed, walkMs);
  const history = new History();
  const outages = new Outages(world.worker);
  const over = new AbortController();
  const watchers = new Set<Promise<void>>();
  const acts: Promise<unknown>[] = [];
  world.receiver.answer(drawReception(Random.ofCase(seed, RECEIVER)));

  const onStage = (number: number): Actor => {
    const random = Random.ofCase(seed, number);
    return {
      number,
      random,
      world,
      history,
      ask: (wanted) => ask(wanted, { world, history, outages }),
      whenUp: () => outages.whenUp(),
      pause: (fromMs, toMs) => sleep(random.int(fromMs, toMs)),
      watch(path, client) {
        const own = Random.ofCase(seed ^ 1, number);
        const url = `${world.worker.url}${path}`;
        const watching = watch({ url, headers: toHeaders(client), random: own, history, outages, over: over.signal });
        watchers.add(watching);
        void watching.then(() => watchers.delete(watching));
      },
    };
  };
  const play = (number: number) => {
    const actor = onStage(number);
    acts.push(actor.random.weighted(ACTS)(actor));
  };
  const fate = Random.ofCase(seed, FATE);
  await Promise.all([
    follow(schedule.acts, async ({ number }) => play(number)),
    follow(schedule.weathers, ({ weather }, index) => setWeather(world.gen.control, weather, seed + index)),
    kill(schedule.kills, outages, walkMs),
    follow(
      schedule.failures.map((at) => ({ at })),
      async () => failJob(world, fate.next()),
    ),
  ]);
  await Promise.all(acts);
  return {
    history,
    outages,
    weathers: schedule.weathers.map(({ weather }) => weather.name),
    watching: () => watchers.size,
    async endWatching() {
      over.abort();
      await Promise.all(watchers);
    },
  };
}

/** Does each at its time, one after the other. */
async function follow<T extends { readonly at: number }>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  for (const [index, item] of items.entries()) {
    await sleep(Math.max(0, startedAt + item.at - performance.now()));
    await work(item, index);
  }
}

/** Again and again, until the walk is nearly over: what a kill has put off comes again after half a minute. */
async function kill(kills: Schedule["kills"], outages: Outages, walkMs: number): Promise<void> {
  const endsAt = performance.now() + walkMs - LAST_KILL_MS;
  for (const { upMs, downMs } of kills) {
    if (performance.now() + upMs > endsAt) return;
    await sleep(upMs);
    await outages.crash(downMs);
  }
}

/** One of the jobs that GEN has just begun, and which run, fails; its credits are given back. */
function failJob({ gen }: World, share: number): void {
  const { charges } = gen.control.ledger();
  const begun = charges
    .filter(({ at }) => at > Date.now() - SHORTEST_LIFE_MS)
    .flatMap(({ generation_id }) => generation_id ?? []);
  const id = begun[Math.floor(share * begun.length)];
  if (id !== undefined) gen.control.setGeneration(id, { status: "failed", reason: "The model refused the input" });
}

function drawReception(random: Random): Parameters<World["receiver"]["answer"]>[0] {
  return () => (random.chance(DEAF_SHARE) ? random.pick([500, 503, 404, 302, "reset"] as const) : 204);
}

function toHeaders(client: Client | null): Record<string, string> {
  return client === null ? {} : { "x-api-key": client.key };
}
