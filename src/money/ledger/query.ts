/** What may be asked of ledgers. Plain data. */
import type { ChargedJob, ChargeEnd, ChargeState, LedgerRow } from "./charge.ts";

/** By what charges are told apart. */
export const DIMENSIONS = ["client", "tag", "agent", "pipeline", "operation", "type", "account"] as const;
export const GROUPINGS = [...DIMENSIONS, "day"] as const;
export const ORDERS = ["time", "credits"] as const;

export type Grouping = (typeof GROUPINGS)[number];

/** Only charges that are all of this. */
export type Filters = { readonly [Dimension in (typeof DIMENSIONS)[number]]?: string | undefined };

export interface ReportQuery {
  readonly by: Grouping;
  /** Days as `2026-11-22`, both included. */
  readonly from: string;
  readonly to: string;
  readonly filters: Filters;
}

/** Credits, and generations as quotas count them. */
export interface Sums {
  readonly reservedCalls: number;
  readonly spentCalls: number;
  readonly reserved: number;
  readonly spent: number;
  readonly givenBack: number;
  /** Charges of which everything failed or was stopped. */
  readonly failed: number;
  /** Charges that count for no credits, because nobody knows their price. */
  readonly unpriced: number;
}

export interface Group extends Sums {
  /** Empty for charges that have none, such as a tag. */
  readonly key: string;
}

/** Where a charge stands in its list. `rank`: its time in milliseconds, or its credits. */
export interface ChargePlace {
  readonly rank: number;
  readonly callId: string;
  readonly epoch: number;
}

export interface ChargeQuery {
  readonly order: (typeof ORDERS)[number];
  /** Booked at this time or later, and before that. Milliseconds since the epoch. */
  readonly from: number;
  readonly before: number;
  readonly filters: Filters;
  readonly state: ChargeState | null;
  readonly ended: ChargeEnd | null;
  readonly after: ChargePlace | null;
  readonly limit: number;
}

export interface ListedCharge extends LedgerRow {
  /** What it counts for in budgets and sums. */
  readonly credits: number;
  readonly jobs: readonly ChargedJob[];
}
