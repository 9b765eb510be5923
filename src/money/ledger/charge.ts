/** A charge as the ledger knows it. Plain data. */

export interface Charge {
  /** The durable call, and the epoch of its key. */
  readonly callId: string;
  readonly epoch: number;
  /** When it was booked. Its day and month (UTC) are those of its budgets. Milliseconds since the epoch. */
  readonly at: number;
  /** Whose money it is: a client, a user, or `pipeline:<name>` for a run that no client has started. */
  readonly clientId: string;
  /** The GEN account that pays. */
  readonly account: string;
  readonly tag: string | null;
  readonly agentId: string | null;
  readonly pipeline: string | null;
  readonly runId: string | null;
  readonly operation: string;
  /** GEN's generation type; null for what is no generation, or can't be read. */
  readonly type: string | null;
  /** How many generations it starts. */
  readonly calls: number;
  /** In credits, before it was sent; null when it was not priced. */
  readonly estimate: number | null;
}

/** `unknown`: nobody knows whether GEN charged it. It counts as spent until an operator says otherwise. */
export const CHARGE_STATES = ["reserved", "spent", "unknown"] as const;
export type ChargeState = (typeof CHARGE_STATES)[number];

export interface ChargedJob {
  readonly kind: string;
  readonly id: string;
}

/** How an ended call stands, with the jobs that it started, as far as they are known. `released`: nothing was charged. */
export interface Standing {
  readonly charge: Charge;
  readonly state: Exclude<ChargeState, "reserved"> | "released";
  readonly jobs: readonly ChargedJob[];
}

/** How a job ended, and what it cost in credits; null when GEN does not say. */
export interface JobEnd {
  readonly status: "completed" | "failed" | "stopped";
  readonly cost: number | null;
}

export interface LedgerRow extends Charge {
  readonly state: ChargeState;
  /** Known once all of its jobs have ended, if GEN says it. */
  readonly cost: number | null;
  /** What GEN gave back, because jobs failed or were stopped; null when nothing was, or it was not priced. */
  readonly givenBack: number | null;
  /** Null until all of its jobs have ended. */
  readonly ended: ChargeEnd | null;
}

/** How a charge's jobs ended; `mixed` when they differ. */
export const CHARGE_ENDS = ["completed", "failed", "stopped", "mixed"] as const;
export type ChargeEnd = (typeof CHARGE_ENDS)[number];

/** What a charge counts for in budgets and sums: its cost, once that is known, in place of the estimate. */
export function toCredits({ cost, estimate }: Pick<LedgerRow, "cost" | "estimate">): number {
  return cost ?? estimate ?? 0;
}

interface EndedJob {
  readonly end: JobEnd | null;
}

/**
 * Cost, refund and end of a charge from the ends of its jobs: nothing until all have ended. A job without a cost of its
 * own counts for its share of the estimate; one that has failed or was stopped for nothing (GEN's credits guide).
 */
export function toEnd(
  { estimate }: Pick<Charge, "estimate">,
  jobs: readonly EndedJob[],
): Pick<LedgerRow, "cost" | "givenBack" | "ended"> {
  const ends = jobs.flatMap(({ end }) => (end === null ? [] : [end]));
  const [first] = ends;
  if (first === undefined || ends.length < jobs.length) return { cost: null, givenBack: null, ended: null };
  const share = estimate === null ? null : estimate / ends.length;
  const costs = ends.map(({ cost, status }) => cost ?? (status === "completed" ? share : 0));
  const isPriced = costs.every((cost) => cost !== null);
  const returned = ends.filter(({ status, cost }) => status !== "completed" && (cost ?? 0) === 0).length;
  return {
    cost: isPriced ? costs.reduce((sum, cost) => sum + (cost ?? 0), 0) : null,
    givenBack: share === null || returned === 0 ? null : share * returned,
    ended: ends.every(({ status }) => status === first.status) ? first.status : "mixed",
  };
}
