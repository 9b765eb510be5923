/** Parameters and results of the object of a pipeline's runs: plain data. */
import type { RunTrigger } from "./run.ts";
import type { RunReport, RunState, RunSummary, RunTerms, StepKind, Waiting } from "./run-record.ts";
import type { RunError } from "./step-failed.ts";

/** A run to start. */
export interface Order {
  readonly pipeline: string;
  readonly id: string;
  readonly trigger: RunTrigger;
  readonly terms: RunTerms;
  /** JSON. */
  readonly input: string;
}

export type Ordered = { readonly kind: "started" | "known"; readonly run: RunSummary } | { readonly kind: "reused" };

/** A page of the list of runs. Null: not asked for. */
export interface RunFilter {
  /** The number of the last run of the page before. */
  readonly before: number | null;
  readonly limit: number;
  readonly state: RunState | null;
  /** Runs that were going on at this time, or later. */
  readonly since: number | null;
}

/** Why a run can't be run again at this step, now or ever. */
export type Unsettled =
  /** Whether it was charged is not known: an operator must resolve the call. */
  | "outcome_unknown"
  /** Its call is still being cancelled. */
  | "call_pending"
  /** Its generation was stopped, and GEN does not say now whether it was continued there. */
  | "gen_silent"
  /** What it was charged for, or its result, is not stored any more. */
  | "not_kept";

export type StepFate =
  /** It starts anew under the same key, under which nothing was ever submitted. */
  | { readonly kind: "again" }
  /**
   * It starts anew under another key. `refunded`: whether no charge is left. False for what was stopped: GEN's
   * documentation is contradictory about whether it gives those credits back.
   */
  | { readonly kind: "renewed"; readonly refunded: boolean }
  /** It goes on with the call, and with the generation that it has started. */
  | { readonly kind: "follows"; readonly generation: string | null }
  | { readonly kind: "unsettled"; readonly why: Unsettled };

export interface StepPlan {
  readonly name: string;
  readonly callId: string | null;
  readonly fate: StepFate;
}

/** What came of the wish to run a run again. */
export type Reran =
  | { readonly kind: "started"; readonly run: RunReport }
  /** It goes on already, or has finished. */
  | { readonly kind: "known"; readonly run: RunReport }
  | { readonly kind: "stopping" }
  /** These steps prevent it. */
  | { readonly kind: "unsettled"; readonly steps: readonly StepPlan[] };

export interface StepEntry {
  readonly name: string;
  readonly kind: StepKind;
  readonly operation: string | null;
  /** The durable call that it makes; also determines the type of the event that the step waits for. */
  readonly callId: string | null;
  readonly charged: boolean;
  readonly needsSlot: boolean;
  /** The play of the run that enters it. What an earlier play does late changes nothing. */
  readonly play: number;
}

export type StepDecision =
  | {
      readonly kind: "go";
      readonly turns: number;
      readonly creditWaits: number;
      /** The generation that an earlier turn started. */
      readonly generation: string | null;
    }
  /** It is done: this is its result, as JSON. */
  | { readonly kind: "done"; readonly value: string }
  /** It had failed already, but the machine died before the Workflow knew. */
  | { readonly kind: "failed"; readonly error: RunError }
  | { readonly kind: "queued" | "stopped" | "too-many-charges" };

/** Whether a report came in time. A run that was stopped, or has ended, stays so. */
export type StepAck = "in-time" | "stopped" | "ended";

/** The result of a turn. The value is JSON. */
export type Turn =
  | { readonly kind: "done"; readonly value: string }
  | { readonly kind: "failed"; readonly code: string; readonly detail: string }
  | { readonly kind: "waiting"; readonly waitsFor: Waiting; readonly ms: number };

/** The result of a turn, with what it found out. */
export type TurnResult = Turn & {
  readonly generation?: string;
  readonly charged?: "no" | "yes" | "unknown";
  /** A sentence for the pipeline's author. */
  readonly hint?: string;
};

export interface StepReport {
  readonly name: string;
  readonly generation: string | null;
  readonly charged: "no" | "yes" | "unknown" | null;
  readonly hint: string | null;
  readonly play: number;
  readonly now:
    | { readonly kind: "done"; readonly value: string }
    | { readonly kind: "failed"; readonly error: RunError }
    | { readonly kind: "waiting"; readonly waitsFor: Waiting; readonly ms: number };
}

/** What a run works on. */
export interface RunTask {
  readonly trigger: RunTrigger;
  /** Null for a run of an earlier version, as absent ones are. */
  readonly terms?: RunTerms | null;
  /** JSON. */
  readonly input: string;
  /** Absent in the stored result of an earlier version: the first play. */
  readonly play?: number;
  readonly renewed?: Readonly<Record<string, number>>;
}

/** Another run must end first. */
export interface InLine {
  readonly waitMs: number;
}

/** The type of the event that a run waits for until it is its turn. */
export const TURN = "turn";
