/** A line of GEN's list of credit transactions, as the ledger takes it. Plain data. */

/** What it was for: `request_id` and `id` are those of the job, as far as GEN names one. */
export type TransactionSource =
  | { readonly service: string | null; readonly tool: string | null; readonly request_id: string | null }
  | { readonly type: string | null; readonly id: string | null };

export interface Transaction {
  readonly id: string;
  /** The GEN account with whose key it was read. */
  readonly account: string;
  /** When GEN made it. Milliseconds since the epoch. */
  readonly at: number;
  /** Credits that GEN took; below zero for what it gave back. */
  readonly amount: number;
  readonly purpose: string | null;
  readonly source: TransactionSource | null;
}

/** Something that GEN took and nobody here knows. */
export interface UnknownTransaction extends Transaction {
  /** Its number in the month's ledger. */
  readonly number: number;
  /** When an operator said that it is known; null while it waits for one. Milliseconds since the epoch. */
  readonly acknowledgedAt: number | null;
}

/** Where it stands in the list of a month: the newest first. */
export type TransactionPlace = Pick<UnknownTransaction, "at" | "number">;

/** The job that it names; null when it names none. */
export function toJobId(source: TransactionSource | null): string | null {
  if (source === null) return null;
  return "id" in source ? source.id : source.request_id;
}
