/** The same request to a Worker that has few rows and to one that has many, in turns. */
import type { RunningWorker } from "../support/worker.ts";
import type { DurableCaller } from "./durable-caller.ts";
import { median } from "./statistics.ts";

export const ROUNDS = 60;

export interface Seeded {
  readonly worker: RunningWorker;
  readonly key: string;
}

interface Pair {
  readonly few: Seeded;
  readonly many: Seeded;
  readonly caller: DurableCaller;
}

/** Medians in milliseconds, and their ratio. */
export async function compare(path: string, { few, many, caller }: Pair) {
  const times: { few: number[]; many: number[] } = { few: [], many: [] };
  for (let round = -5; round < ROUNDS; round += 1) {
    for (const side of round % 2 === 0 ? (["few", "many"] as const) : (["many", "few"] as const)) {
      const { worker, key } = side === "few" ? few : many;
      const { status, ms } = await caller.ask({ method: "GET", url: worker.url + path, key });
      if (status !== 200) throw new Error(`${path}: ${status}`);
      if (round >= 0) times[side].push(ms);
    }
  }
  const [fewMs, manyMs] = [median(times.few), median(times.many)];
  return { fewMs, manyMs, ratio: manyMs / fewMs };
}
