/** Where each step's bar lies, in percent of the run's time. Pure. */
import type { WholeRun } from "../api/answers.ts";

interface Bar {
  readonly left: number;
  readonly width: number;
  readonly ms: number;
}

const MIN_PERCENT = 0.5;

export function placeSteps(
  { created_at, ended_at, steps }: Pick<WholeRun, "created_at" | "ended_at" | "steps">,
  now: number,
): Bar[] {
  const start = Date.parse(created_at);
  const ends = steps.map((step) => Date.parse(step.ended_at ?? ended_at ?? "") || now);
  const end = Math.max(start + 1, Date.parse(ended_at ?? "") || 0, ...ends);
  const toPercent = (ms: number) => Math.min(100, Math.max(0, (ms / (end - start)) * 100));
  return steps.map(({ started_at }, index) => {
    const began = Date.parse(started_at);
    const ms = Math.max(0, (ends[index] ?? now) - began);
    const left = Math.min(toPercent(began - start), 100 - MIN_PERCENT);
    return { left, width: Math.max(MIN_PERCENT, Math.min(toPercent(ms), 100 - left)), ms };
  });
}
