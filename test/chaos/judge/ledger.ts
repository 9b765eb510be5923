/** Whether the Worker's own ledger says the same as its calls, and as GEN. */
import { COSTLY, isOpen, toPurchase } from "./calls.ts";
import { toNet, withoutGap } from "./charges.ts";
import type { Call, Charge, Evidence, LedgerRow, Verdict, Violation } from "./evidence.ts";

/** States of a row that say that money is, or may be, spent. */
const SPENT: ReadonlySet<LedgerRow["state"]> = new Set(["spent", "unknown"] as const);

/** One row for each call that was charged, or may have been; none that is reserved for a call that has ended. */
export function judgeLedger(evidence: Evidence): Verdict {
  const { ledger, calls } = evidence;
  const byCall = Map.groupBy(ledger, ({ call }) => call);
  const byPurchase = Map.groupBy([...withoutGap(evidence), ...evidence.chargesSince], toPurchase);
  const known = new Set(calls.map(({ id }) => id));
  const strangers = ledger.filter(
    ({ call, state, at }) => !known.has(call) && state !== "released" && at < evidence.readAt,
  );
  return {
    examined: ledger.length,
    violations: [
      ...calls.flatMap((call) => judgeRows(call, byCall.get(call.id) ?? [])),
      ...strangers.map(({ call, state }) => ({
        what: `the ledger has a row (${state}) of no known call`,
        calls: [call],
      })),
      ...ledger.flatMap((row) => judgeCost(row, byPurchase, evidence)),
    ],
  };
}

function judgeRows(call: Call, rows: readonly LedgerRow[]): Violation[] {
  const spent = rows.filter(({ state }) => SPENT.has(state)).length;
  const reserved = rows.filter(({ state }) => state === "reserved").length;
  const about = { calls: [call.id], jobs: call.jobs.map(({ id }) => id) };
  const says = `the ledger has ${spent} spent and ${reserved} reserved rows of a call`;
  if (isOpen(call)) return spent + reserved > 1 ? [{ what: `${says} that is open`, ...about }] : [];
  const wanted = COSTLY.has(call.operation) && call.charged !== "no" ? 1 : 0;
  if (spent === wanted && reserved === 0) return [];
  return [{ what: `${says} that is ${call.state} (charged: ${call.charged})`, ...about }];
}

/** What GEN has taken for its jobs, and not given back. */
function judgeCost(
  { call, operation, state, cost, jobs }: LedgerRow,
  byPurchase: ReadonlyMap<string, readonly Charge[]>,
  evidence: Evidence,
): Violation[] {
  if (cost === null || state !== "spent") return [];
  const taken = jobs.flatMap((job) => byPurchase.get(toPurchase({ operation, job })) ?? []);
  const atGen = taken.reduce((sum, charge) => sum + toNet(charge, evidence), 0);
  if (cost === atGen) return [];
  return [{ what: `the ledger says that a call has cost ${cost}; GEN has taken ${atGen}`, calls: [call], jobs }];
}
