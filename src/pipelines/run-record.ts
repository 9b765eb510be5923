/** A run and its steps, as the object of the pipeline returns them. Times are milliseconds since the epoch. */
import type { Client } from "../access/policy.ts";
import type { RunTrigger } from "./run.ts";
import type { RunError } from "./step-failed.ts";

/**
 * `stopping`: its calls are being cancelled. `paused`: the workspace has no credits; the run goes on once it has some.
 */
export type RunState = "queued" | "running" | "paused" | "stopping" | "finished" | "failed" | "stopped";

export const ACTIVE = ["queued", "running", "paused", "stopping"] as const satisfies readonly RunState[];

export type StepKind = "call" | "generate" | "step" | "notify";

/** What a waiting step waits for. */
export type Waiting = "slot" | "call" | "generation" | "credits" | "gen" | "later";

export interface StepRecord {
  readonly name: string;
  readonly kind: StepKind;
  readonly operation: string | null;
  readonly state: "running" | "waiting" | "done" | "failed";
  readonly waitsFor: Waiting | null;
  /** How many turns the step has had. */
  readonly turns: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly callId: string | null;
  readonly generation: string | null;
  /** How many times it has waited for credits. */
  readonly creditWaits: number;
  readonly charged: "no" | "yes" | "unknown" | null;
  /** What the pipeline's author should know of it, in English; null when there is nothing to say. */
  readonly hint: string | null;
  readonly error: RunError | null;
}

/** What a run is held to, beside its pipeline's own budget: as it was when the run was started. */
export interface RunTerms {
  /** Who has started it, and pays, with the policy of that time; null for a webhook or a schedule. */
  readonly client: Client | null;
  /** The tag that its start gave it. */
  readonly tag: string | null;
}

export interface RunSummary {
  readonly id: string;
  /** Grows with each run of the pipeline: newest first means largest first. */
  readonly number: number;
  readonly state: RunState;
  readonly trigger: RunTrigger;
  /** Null for a run of an earlier version. */
  readonly terms: RunTerms | null;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly error: RunError | null;
  /** How many times it was run again. */
  readonly reruns: number;
}

export interface RunReport extends RunSummary {
  /** JSON texts. */
  readonly input: string;
  readonly output: string | null;
  readonly steps: readonly StepRecord[];
}

const MAX_STEP_BYTES = 512 * 1_024;

/** Whether a JSON text can be a step's result. A Workflow's step holds 1 MiB, for which the text is quoted again. */
export function fitsStep(json: string): boolean {
  return new TextEncoder().encode(json).length <= MAX_STEP_BYTES;
}
