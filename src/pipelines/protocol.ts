/** What is said to the object of a pipeline's runs, and what it answers: plain data. */
import type { RunTrigger } from "./run.ts";
import type { RunSummary, StepKind, Waiting } from "./run-record.ts";
import type { RunError } from "./step-failed.ts";

/** A run that is to be started. */
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
  /** The durable call it makes, and the listener's event. */
  readonly callId: string | null;
  readonly charged: boolean;
  readonly needsSlot: boolean;
}

export type StepDecision =
  | {
      readonly kind: "go";
      readonly turns: number;
      readonly creditWaits: number;
      /** What an earlier turn has started. */
      readonly generation: string | null;
    }
  /** It has failed before, and the machine died before that was known. */
  | { readonly kind: "failed"; readonly error: RunError }
  | { readonly kind: "queued" | "stopped" | "too-many-charges" };

/** Whether news came in time: a run that was stopped, or has ended otherwise, does not live again. */
export type StepAck = "in-time" | "stopped" | "ended";

/** What a turn came to. The value is JSON. */
export type Turn =
  | { readonly kind: "done"; readonly value: string }
  | { readonly kind: "failed"; readonly code: string; readonly detail: string }
  | { readonly kind: "waiting"; readonly waitsFor: Waiting; readonly ms: number };

/** A turn, and what it brought to light. */
export type TurnResult = Turn & { readonly generation?: string; readonly charged?: "no" | "yes" | "unknown" };

export interface StepReport {
  readonly name: string;
  readonly generation: string | null;
  readonly charged: "no" | "yes" | "unknown" | null;
  readonly now:
    | { readonly kind: "done" }
    | { readonly kind: "failed"; readonly error: RunError }
    | { readonly kind: "waiting"; readonly waitsFor: Waiting; readonly ms: number };
}

/** What a run is to work on. */
export interface RunTask {
  readonly trigger: RunTrigger;
  /** JSON. */
  readonly input: string;
}

/** Another run must end first. */
export interface InLine {
  readonly waitMs: number;
}

/** The type of the event that a run listens for while it stands in line. */
export const TURN = "turn";
