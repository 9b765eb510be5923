/**
 * What a call would cost, by GEN's own estimate (`POST /user_jobs/estimate`). GEN prices what a request names, so only a
 * request that can be put to it whole and in the same letters has a price. Pure.
 */
import { scanJsonMembers, sliceJsonValue } from "../gen/json-members.ts";
import { parseJson } from "../json.ts";
import type { Policy } from "./policy.ts";
import { isGenerating, namesAgentOnly, readWish } from "./wish.ts";

/** What a client may still spend. Each null when there is no such limit. */
export interface Allowance {
  readonly chargesPerDay: number | null;
  readonly creditsPerDay: number | null;
  /** Of one call. */
  readonly maxCredits: number | null;
}

export const UNLIMITED: Allowance = { chargesPerDay: null, creditsPerDay: null, maxCredits: null };

export function toAllowance({ chargesPerDay, creditsPerDay, maxCredits }: Policy): Allowance {
  return {
    chargesPerDay: chargesPerDay ?? null,
    creditsPerDay: creditsPerDay ?? null,
    maxCredits: maxCredits ?? null,
  };
}

export function hasPriceLimit({ creditsPerDay, maxCredits }: Pick<Policy, "creditsPerDay" | "maxCredits">): boolean {
  return creditsPerDay !== undefined || maxCredits !== undefined;
}

/** Members that an estimate takes from the body of a generation; any other might change the price. */
const PRICED_MEMBERS: ReadonlySet<string> = new Set(["agent_id", "generation_type", "data"]);

export interface PricedCall {
  readonly operation: string;
  readonly search: string;
  /** The body, if it is JSON. */
  readonly json: string | null;
}

export function isEstimable(call: PricedCall): boolean {
  return toJob(call) !== null;
}

/** The body of the request for the estimate; null when there is none to be had. */
export function toEstimateBody(call: PricedCall, agentId: string | null): string | null {
  const job = toJob(call);
  if (job === null || agentId === null) return null;
  const agent = /^\d{1,15}$/.test(agentId) ? agentId : JSON.stringify(agentId);
  return `{"agent_id":${agent},"user_job":${job}}`;
}

function toJob({ operation, search, json }: PricedCall): string | null {
  if (!isGenerating(operation) || json === null || !namesAgentOnly(search)) return null;
  const wish = readWish(json);
  const members = scanJsonMembers(json).filter(({ depth }) => depth === 1);
  if (wish === null || members.some(({ name }) => !PRICED_MEMBERS.has(name))) return null;
  const data = members.find(({ name }) => name === "data");
  const given = data ? `,"data":${sliceJsonValue(json, data.start)}` : "";
  return `{"user_job_type":${JSON.stringify(wish.type)}${given}}`;
}

/** Credits, from GEN's answer: a number, or one written as a string. Null when it names no price. */
export function parseEstimate(text: string): number | null {
  const { estimated_credits: credits } = (parseJson(text) ?? {}) as { estimated_credits?: unknown };
  const isWritten = typeof credits === "string" && /^\d{1,12}(?:\.\d{1,6})?$/.test(credits);
  const price = isWritten ? Number(credits) : credits;
  return typeof price === "number" && Number.isFinite(price) && price >= 0 ? price : null;
}
