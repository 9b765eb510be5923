/** Parameters and results of the object of a pipeline's runs: plain data. */
import type { RunTrigger } from "./run.ts";
import type { RunSummary, StepKind, Waiting } from "./run-record.ts";
import type { RunError } from "./step-failed.ts";

/** A run to start. */
export interface Order {
  readonly pipeline: string;
  readonly id: string;
  readonly trigger: RunTrigger;
  /** JSON. */
  readonly input: string;
}

export type Ordered = { readonly kind: "started" | "known"; readonly run: RunSummary } | { readonly kind: "reused" };

export interface StepEntry {
  readonly name: string;
  readonly kind: StepKind;
  readonly operation: string | null;
  /** The durable call that it makes; also determines the type of the event that the step waits for. */
  readonly callId: string | null;
  readonly charged: boolean;
  readonly needsSlot: boolean;
}

export type StepDecision =
  | {
      readonly kind: "go";
      readonly turns: number;
      readonly creditWaits: number;
      /** The generation that an earlier turn started. */
      readonly generation: string | null;
    }
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
  readonly now:
    | { readonly kind: "done" }
    | { readonly kind: "failed"; readonly error: RunError }
    | { readonly kind: "waiting"; readonly waitsFor: Waiting; readonly ms: number };
}

/** What a run works on. */
export interface RunTask {
  readonly trigger: RunTrigger;
  /** JSON. */
  readonly input: string;
}

/** Another run must end first. */
export interface InLine {
  readonly waitMs: number;
}

/** The type of the event that a run waits for until it is its turn. */
export const TURN = "turn";
