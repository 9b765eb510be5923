import { toIso } from "../encoding/time.ts";
import type { Mismatch } from "../money/reconciliation/reconciliation.ts";
import type { Notification } from "./notification.ts";

/** The notification that GEN took credits of which nobody here knows what for. */
export function toLedgerMismatch(
  { account, month, count, credits, oldestAt, number }: Mismatch,
  at: number,
): Notification {
  const data = { account, month, count, credits, oldest_at: toIso(oldestAt) };
  return { type: "ledger.mismatch", about: `${account} ${month} ${number}`, at, data };
}
