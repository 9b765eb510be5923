import type { Outcome } from "./faults/outcome.ts";
import type { Host } from "./hosts.ts";

/** The requests that the simulated GEN got and the credits that it took for them, for tests and the demo to read. */
export interface RequestEntry {
  readonly at: number;
  readonly host: Host;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  /** The first 4 KiB of the body. */
  body: string;
  bodyBytes: number;
  sha256: string;
  /** Null until it is answered, and for ever if it never is. */
  status: number | null;
  readonly outcome: Outcome;
}

export interface MoneyEntry {
  readonly at: number;
  readonly operation: string;
  readonly amount: number;
  readonly purpose: string;
  readonly organization_id: number;
  readonly agent_id: number | string;
  readonly idempotency_key: string | null;
  readonly generation_id?: number;
  readonly run_id?: string;
  readonly job_id?: string | number;
}

export interface WebhookEntry {
  readonly at: number;
  readonly url: string;
  readonly generation_id: number;
  readonly generation_status: string;
  readonly attempt: number;
  /** The receiver's status; null if it did not answer in time. */
  readonly status: number | null;
}

export interface Totals {
  requests: number;
  charges: number;
  refunds: number;
  charged_credits: number;
  refunded_credits: number;
  by_status: Record<string, number>;
}

export class Ledger {
  requests: RequestEntry[] = [];
  charges: MoneyEntry[] = [];
  refunds: MoneyEntry[] = [];
  webhooks: WebhookEntry[] = [];
  totals: Totals = emptyTotals();

  recordRequest(entry: RequestEntry): void {
    this.requests.push(entry);
  }

  /** `lost` counts requests that got no answer at all. */
  countAnswer(status: number | null): void {
    const name = status === null ? "lost" : String(status);
    this.totals.by_status[name] = (this.totals.by_status[name] ?? 0) + 1;
  }

  recordCharge(entry: MoneyEntry): void {
    this.charges.push(entry);
    this.totals.charges++;
    this.totals.charged_credits += entry.amount;
  }

  recordRefund(entry: MoneyEntry): void {
    this.refunds.push(entry);
    this.totals.refunds++;
    this.totals.refunded_credits += entry.amount;
  }

  clear(): void {
    this.requests = [];
    this.charges = [];
    this.refunds = [];
    this.webhooks = [];
    this.totals = emptyTotals();
  }
}

function emptyTotals(): Totals {
  return { requests: 0, charges: 0, refunds: 0, charged_credits: 0, refunded_credits: 0, by_status: {} };
}
