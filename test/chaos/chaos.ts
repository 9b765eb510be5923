import { gather } from "./gather.ts";
import type { Evidence } from "./judge/evidence.ts";
import { type Judgement, judge } from "./judge/judge.ts";
import { type Settled, settle } from "./settle.ts";
import { walk } from "./walk.ts";
import { startWorld } from "./world.ts";

export interface Limits {
  readonly seed: number;
  readonly walkMs: number;
  /** How long it may take until all has settled. What is open then must be listed. */
  readonly settleMs: number;
}

export interface Walk {
  readonly seed: number;
  readonly startedAt: number;
  readonly evidence: Evidence;
  readonly judgement: Judgement;
  readonly refunds: number;
  readonly weathers: readonly string[];
  readonly settled: Pick<Settled, "ms" | "left" | "shown">;
}

/** Walks, lets all settle, and judges. */
export async function chaos({ seed, walkMs, settleMs }: Limits): Promise<Walk> {
  const world = await startWorld();
  try {
    const walked = await walk(world, seed, walkMs);
    const settled = await settle(world, walked, settleMs);
    const evidence = await gather(world, walked, settled);
    const { refunds } = world.gen.control.ledger();
    const { startedAt } = walked.history;
    const facts = { refunds: refunds.length, weathers: walked.weathers, settled };
    return { seed, startedAt, evidence, judgement: judge(evidence), ...facts };
  } finally {
    await world.close();
  }
}
