/** What happens when: all of it is drawn from the seed before the walk begins. */
import { Random } from "../fuzz/random.ts";
import { drawWeather, type Weather } from "./weather.ts";

export interface Schedule {
  /** Milliseconds since the start of the walk, everywhere here. */
  readonly acts: readonly { readonly at: number; readonly number: number }[];
  readonly weathers: readonly { readonly at: number; readonly weather: Weather }[];
  /** How long the Worker is up before it is killed, and then down; more than the walk can have. */
  readonly kills: readonly { readonly upMs: number; readonly downMs: number }[];
  /** When one of the jobs that GEN has begun fails. */
  readonly failures: readonly number[];
}

const ACT_MS = 130;
const WEATHER_MS = { from: 1_500, to: 4_000 };
const UP_MS = { from: 2_000, to: 8_000 };
const DOWN_MS = { from: 50, to: 900 };
const FAILURE_MS = { from: 500, to: 2_500 };

/** Numbers of the generators; acts have their own number, from 0. */
const WEATHER = -1;
const KILLS = -2;
const FAILURES = -3;
const TIMES = -4;

export function makeSchedule(seed: number, walkMs: number): Schedule {
  const of = (number: number) => Random.ofCase(seed, number);
  const [sky, fate, times, kills] = [of(WEATHER), of(FAILURES), of(TIMES), of(KILLS)];
  return {
    acts: spread(walkMs, () => times.int(0, 2 * ACT_MS)).map((at, number) => ({ at, number })),
    weathers: spread(walkMs, between(sky, WEATHER_MS)).map((at) => ({ at, weather: drawWeather(sky) })),
    kills: spread(walkMs, between(kills, UP_MS)).map(() => ({
      upMs: between(kills, UP_MS)(),
      downMs: between(kills, DOWN_MS)(),
    })),
    failures: spread(walkMs, between(fate, FAILURE_MS)),
  };
}

/** Each so long after the one before, until `endMs`. */
function spread(endMs: number, next: () => number): number[] {
  const times: number[] = [];
  for (let at = next(); at < endMs; at += next()) times.push(at);
  return times;
}

function between(random: Random, { from, to }: { from: number; to: number }): () => number {
  return () => random.int(from, to);
}
