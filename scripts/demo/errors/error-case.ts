import type { Outcome } from "../../../test/simulator/faults/outcome.ts";
import type { Call } from "../call.ts";

/** One failure of GEN, and the public error that the Worker promises for it. */
export interface ErrorCase {
  readonly call: Call;
  /** What the simulated GEN does at every such request. */
  readonly gen: Outcome;
  readonly wanted: { readonly status: number; readonly code: string; readonly charged: "no" | "unknown" };
}

export interface ErrorGroup {
  readonly title: string;
  readonly cases: readonly ErrorCase[];
}

const AGENT = "agent_id=agent_456";

/** A read of a separate resource for each case, so that the cases' faults don't interfere. */
export function readCall(name: string): Call {
  return { method: "GET", path: `/v1/vidsheet/${name}?${AGENT}` };
}

export function organizationCall(name: string): Call {
  return { method: "GET", path: `/v1/organizations/${name}` };
}

/** A charged call; without an `Idempotency-Key` of its own the Worker makes one. */
export function generateCall(name: string, headers: Readonly<Record<string, string>> = {}): Call {
  const json = { generation_type: "text", data: { prompt: "Hello" } };
  return { method: "POST", path: `/v1/vidsheet/sheet_123/cells/${name}/generate?${AGENT}`, headers, json };
}

/** A POST for which GEN documents no key: it can't be sent twice without doing it twice. */
export function cloneCall(name: string): Call {
  return { method: "POST", path: `/v1/vidsheet/${name}/clone?${AGENT}`, json: {} };
}

/** The same call with a short time budget, so that a failing case ends soon. */
export function withShortBudget(call: Call): Call {
  return { ...call, headers: { ...call.headers, Prefer: "wait=2" } };
}
