/** What is kept of a run and its steps, as the object of its pipeline hands it out. Times in milliseconds since the epoch. */
import type { RunTrigger } from "./run.ts";
import type { RunError } from "./step-failed.ts";

/**
 * `stopping`: its calls are still being cancelled. `paused`: GEN has no credits; it goes on by itself when there are some.
 */
export type RunState = "queued" | "running" | "paused" | "stopping" | "finished" | "failed" | "stopped";

export const ACTIVE = ["queued", "running", "paused", "stopping"] as const satisfies readonly RunState[];

export type StepKind = "call" | "generate" | "step" | "notify";

/** What a step that is not done waits for. */
export type Waiting = "slot" | "call" | "generation" | "credits" | "gen" | "later";

export interface StepRecord {
  readonly name: string;
  readonly kind: StepKind;
  readonly operation: string | null;
  readonly state: "running" | "waiting" | "done" | "failed";
  readonly waitsFor: Waiting | null;
  /** How often the run has come to it. */
  readonly turns: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly callId: string | null;
  readonly generation: string | null;
  /** How often it has waited for credits. */
  readonly creditWaits: number;
  readonly charged: "no" | "yes" | "unknown" | null;
  readonly error: RunError | null;
}

export interface RunSummary {
  readonly id: string;
  /** Grows with each run of the pipeline: newest first means largest first. */
  readonly number: number;
  readonly state: RunState;
  readonly trigger: RunTrigger;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly error: RunError | null;
}

export interface RunReport extends RunSummary {
  /** JSON texts. */
  readonly input: string;
  readonly output: string | null;
  readonly steps: readonly StepRecord[];
}

/** A delivery whose input did not fit: kept three days for a look. */
export interface Rejection {
  readonly id: string;
  readonly source: string;
  readonly at: number;
  readonly issues: readonly string[];
  /** The body as it came, cut at 16 KiB. */
  readonly payload: string;
}

const MAX_STEP_BYTES = 512 * 1_024;

/** Whether a JSON text can be a step's result. A step of a Workflow holds 1 MiB, and the text is quoted once more on its way. */
export function fitsStep(json: string): boolean {
  return new TextEncoder().encode(json).length <= MAX_STEP_BYTES;
}
