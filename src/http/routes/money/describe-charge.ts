import { toIso } from "../../../encoding/time.ts";
import { toExact } from "../../../money/credits.ts";
import type { ListedCharge } from "../../../money/ledger/query.ts";

export function describeCharge(row: ListedCharge) {
  return {
    id: row.callId,
    epoch: row.epoch,
    at: toIso(row.at),
    client_id: row.clientId,
    account: row.account,
    tag: row.tag,
    agent_id: row.agentId,
    pipeline: row.pipeline,
    run_id: row.runId,
    operation: row.operation,
    type: row.type,
    calls: row.calls,
    ...describeCredits(row),
    credits: toExact(row.credits),
    jobs: row.jobs,
  };
}

/** How a charge stands, and its three numbers; null for what is not known, or is nothing. */
export function describeCredits({ state, ended, estimate, cost, givenBack }: ListedCharge) {
  const amounts = { estimate, cost, given_back: givenBack };
  const rounded = Object.entries(amounts).map(([name, amount]) => [name, amount === null ? null : toExact(amount)]);
  return { state, ended, ...(Object.fromEntries(rounded) as typeof amounts) };
}
