/**
 * What a call would cost, by GEN's estimate (`POST /user_jobs/estimate`). GEN prices the request it is given, so a call
 * has a price only if its request can be submitted for the estimate completely and unchanged. Pure.
 */
import { readCallRequest, type SpendingCall } from "../bounds/generation-request.ts";
import { findNamedPrice } from "../bounds/money-limits.ts";
import { parseJson } from "../encoding/json.ts";
import { scanJsonMembers, sliceJsonValue } from "../encoding/json-members.ts";
import { parseCredits, toExact } from "./credits.ts";
import type { Spending } from "./spending.ts";

/** The body of the estimate request; null when the call can't be estimated. */
export function toEstimateBody(call: SpendingCall, agentId: string | null): string | null {
  const job = toJob(call);
  if (job === null || agentId === null) return null;
  const agent = /^\d{1,15}$/.test(agentId) ? agentId : JSON.stringify(agentId);
  return `{"agent_id":${agent},"user_job":${job}}`;
}

function toJob(call: SpendingCall): string | null {
  const { json } = call;
  const asked = readCallRequest(call);
  if (asked === null || json === null) return null;
  const data = scanJsonMembers(json).find(({ name, depth }) => name === "data" && depth === 1);
  const given = data ? `,"data":${sliceJsonValue(json, data.start)}` : "";
  return `{"user_job_type":${JSON.stringify(asked.type)}${given}}`;
}

/** Credits from GEN's answer, a number or a numeric string. Null when it names no price. */
export function parseEstimate(text: string): number | null {
  const { estimated_credits: credits } = (parseJson(text) ?? {}) as { estimated_credits?: unknown };
  return parseCredits(credits);
}

/** What all generations of a call count for by the price that is named for their type, or for the operation. */
export function selectNamedPrice({
  operation,
  spending: { prices, type },
  charges = 1,
}: {
  readonly operation: string;
  readonly spending: Pick<Spending, "prices" | "type">;
  readonly charges?: number;
}): number | null {
  const price = findNamedPrice({ operation, type, prices });
  return price === null ? null : toExact(price * charges);
}
