import type { Kind } from "../settings.ts";
import type { Id } from "./id.ts";

export type JobStatus = "pending" | "processing" | "completed" | "failed" | "stopped";

/** A generation, a render or a user job: for GEN all of them are jobs in one space of ids. */
export interface Job {
  readonly id: number;
  readonly agentId: Id;
  readonly type: string;
  readonly kind: Kind;
  readonly data: Record<string, unknown>;
  readonly container: Container | undefined;
  readonly createdAt: string;
  status: JobStatus;
  result: unknown;
  failedReason: string | null;
  /** Credits that were taken for the current start of the job and not given back. */
  cost: number;
  creditOutcome: "charged" | "refunded" | "not_charged";
  /** The key of the call that last started the job. */
  idempotencyKey: string | null;
  /** Counts status changes: a scheduled change is void once a stop, a continue or a forced status came before it. */
  revision: number;
}

/** The cell or layer that gets the result. */
export interface Container {
  readonly sheetId: Id;
  readonly rowId: Id;
  readonly type: "SpreadsheetCell" | "VideoLayer";
  readonly id: Id;
  readonly deliver: (value: unknown) => void;
}

export const isRunning = (job: Job): boolean => job.status === "pending" || job.status === "processing";
