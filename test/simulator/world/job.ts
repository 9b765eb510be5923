import type { Kind } from "../settings.ts";
import type { Id } from "./id.ts";

export type JobStatus = "pending" | "processing" | "completed" | "failed" | "stopped";

/** A generation, a render or a user job: for GEN they are one thing with one id. */
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
  /** Credits taken for the present life and not given back. */
  cost: number;
  creditOutcome: "charged" | "refunded" | "not_charged";
  /** The key of the call that began the present life. */
  idempotencyKey: string | null;
  /** Counts status changes: a life overtaken by a stop, a continue or a force is void. */
  revision: number;
}

/** Where in a sheet the result goes. */
export interface Container {
  readonly sheetId: Id;
  readonly rowId: Id;
  readonly type: "SpreadsheetCell" | "VideoLayer";
  readonly id: Id;
  readonly deliver: (value: unknown) => void;
}

export const isRunning = (job: Job): boolean => job.status === "pending" || job.status === "processing";
