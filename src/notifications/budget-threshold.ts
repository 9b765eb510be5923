import { toIso } from "../encoding/time.ts";
import { toHolder } from "../money/budget.ts";
import type { Reached } from "../money/ledger/budget-table.ts";
import { toPeriodEnd } from "../money/period.ts";
import type { Notification } from "./notification.ts";

/** The notification that a share of a budget is used. */
export function toBudgetThreshold({ of, name, unit, period, limit, used, percent }: Reached, at: number): Notification {
  const budget = { of, name: name === "" ? null : name, unit, period, limit };
  const renews_at = toIso(toPeriodEnd(period));
  const about = `${toHolder({ of, name })} ${unit} ${period} ${limit} ${percent}`;
  return { type: "budget.threshold", about, at, data: { budget, used, percent, renews_at } };
}
