import type { CallRow } from "../../src/activity/call-row.ts";

/** A row as a settled call writes it; its id is made of `n`. */
export function createRow(n: number, change: Partial<CallRow> = {}): CallRow {
  const acceptedAt = change.acceptedAt ?? Date.now();
  return {
    // Spread over the shards, like a hash.
    callId: (Math.imul(n, 2_654_435_761) >>> 0).toString(16).padStart(8, "0") + String(n).padStart(56, "0"),
    clientId: "client",
    operation: "cells.generate",
    costs: true,
    agentId: "42",
    sheetId: "101",
    cellId: "10111",
    tag: null,
    pipeline: null,
    runId: null,
    requestIds: [`request-${n}`],
    group: "settled",
    state: "settled",
    charged: "yes",
    estimate: null,
    acceptedAt,
    changedAt: acceptedAt,
    nextAt: null,
    failure: null,
    jobs: [{ kind: "generation", id: `job-${n}` }],
    ...change,
  };
}

export const UNKNOWN = { group: "unknown", state: "unknown", charged: "unknown", jobs: [] } as const;
