/** The notifications that the Worker sends to the owner's service. docs/notifications.md shows an example of each. */
import type { OperationName } from "../gen/operations.ts";
import type { Budget } from "../money/budget.ts";

export type Notification =
  | Event<"generation.settled", GenerationSettled>
  | Event<"call.unknown", CallUnknown>
  | Event<"pipeline.finished", PipelineFinished>
  | Event<"pipeline.failed", PipelineFailed>
  | Event<"pipeline.message", PipelineMessage>
  | Event<"budget.threshold", BudgetThreshold>
  | Event<"ledger.mismatch", LedgerMismatch>
  | Event<"gen.unhealthy", GenHealth>
  | Event<"gen.healthy", GenHealth>;

const TYPES: Readonly<Record<Notification["type"], true>> = {
  "generation.settled": true,
  "call.unknown": true,
  "pipeline.finished": true,
  "pipeline.failed": true,
  "pipeline.message": true,
  "budget.threshold": true,
  "ledger.mismatch": true,
  "gen.unhealthy": true,
  "gen.healthy": true,
};
export const NOTIFICATION_TYPES = Object.keys(TYPES) as Notification["type"][];

interface Event<T extends string, D> {
  readonly type: T;
  /** Identifies the event: two notifications with the same type and `about` are one message. Not sent itself. */
  readonly about: string;
  /** When it happened. Milliseconds since the epoch. */
  readonly at: number;
  /** JSON, as received. */
  readonly data: D;
  /** Further members of `data`, as JSON text that is copied unchanged. */
  readonly written?: Readonly<Record<string, string>>;
}

/**
 * Identified by the job and the call that was charged for it: `continue` is a new charge and settles again.
 * `generation` is added as JSON text: GEN's answer, or null when there was none or it exceeds 64 KiB.
 */
interface GenerationSettled {
  readonly kind: "generation" | "user_job" | "run";
  readonly id: string;
  /** `gave-up`: it had not ended after 24 hours, so tracking stopped. */
  readonly phase: "settled" | "gave-up";
  /** GEN's last status. */
  readonly status: string;
  readonly agent_id: string | null;
  readonly call_id: string;
  /** Of the request that submitted the call, or started its run; null for a run of a schedule. */
  readonly request_id: string | null;
  /** The pipeline run that the call belongs to. */
  readonly run_id: string | null;
}

/** Identified by the call and its epoch, because a key that was not charged can be used again. */
interface CallUnknown {
  readonly call_id: string;
  readonly request_id: string | null;
  readonly run_id: string | null;
  readonly client_id: string;
  readonly operation: OperationName;
  /** ISO 8601. */
  readonly at: string;
}

/** Identified by the run. */
interface PipelineRun {
  readonly pipeline: string;
  readonly run_id: string;
  /** Of the request that started the run; null for a schedule. */
  readonly request_id: string | null;
}

/** `result` is added as JSON text, unless it is too large. */
type PipelineFinished = PipelineRun;

interface PipelineFailed extends PipelineRun {
  readonly error: { readonly error_code: string; readonly detail: string };
}

/** A message from a pipeline's own code. Identified by the run and the name of the step. */
interface PipelineMessage extends PipelineRun {
  readonly name: string;
  readonly data: unknown;
}

/** Identified by the budget, its limit, the period and the percentage. */
interface BudgetThreshold {
  readonly budget: {
    readonly of: Budget["of"];
    /** Whose; null for the budget of all. */
    readonly name: string | null;
    readonly unit: Budget["unit"];
    /** A day (`2026-11-22`) or a month (`2026-11`), UTC. */
    readonly period: string;
    readonly limit: number;
  };
  /** What is used or reserved, in the budget's unit. */
  readonly used: number;
  readonly percent: number;
  /** When the budget begins anew. ISO 8601. */
  readonly renews_at: string;
}

/** Identified by the account, the month, and the newest of what was found. */
interface LedgerMismatch {
  /** GEN's, as the Worker names it. */
  readonly account: string;
  /** As `2026-11`, UTC: it is in the list of this month. */
  readonly month: string;
  /** How many of GEN's transactions were newly found to be unknown, and their credits. */
  readonly count: number;
  readonly credits: number;
  /** ISO 8601. */
  readonly oldest_at: string;
}

/** Identified by the time of the change. */
interface GenHealth {
  readonly checks: readonly {
    readonly name: "reachable" | "key" | "credits";
    /** Null: could not be judged. */
    readonly healthy: boolean | null;
    /** A sentence for people. */
    readonly detail: string | null;
  }[];
}
