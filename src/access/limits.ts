/**
 * What a policy bounds beyond its scopes: operations by name, sheets, and what may be generated, so that a leaked key
 * can't order the dearest videos. Pure, and strict: what can't be seen for certain is refused.
 */
import type { Operation } from "../gen/operation.ts";
import type { OperationName } from "../gen/operations.ts";
import type { Policy } from "./policy.ts";
import { hasPriceLimit, isEstimable } from "./price.ts";
import { isGenerating, namesAgentOnly, readWish, type Wish } from "./wish.ts";

export type LimitDenial =
  | "operation_not_allowed"
  | "sheet_not_allowed"
  | "generation_not_allowed"
  | "price_unknown"
  | "charges_paused";

/** What a request is about to do. */
export interface Intent {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  /** The query with its `?`, or nothing. */
  readonly search: string;
  /** The body, if it is JSON; null for none and for any other. */
  readonly json: string | null;
}

/** They cost nothing now: GEN charges for what they start, by itself and later. */
const SPENDS_LATER: ReadonlySet<string> = new Set<OperationName>([
  "recurring.create",
  "recurring.update_by_name",
  "recurring.ensure_defaults",
  "recurring.update",
  "recurring.resume",
  "recurring.duplicate",
  "watchlists.create",
  "watchlists.update",
  "watchlists.add_source",
]);

/** Types whose price grows with the length that the request names. */
const TIMED = /^(?:video|song)/;
/** Types of things that have no length. */
const UNTIMED = /^(?:text|media|image_\w+)$/;

/** Whether GEN takes credits for it, at once or later. */
export function isSpending({ name, charged }: Operation): boolean {
  return charged || SPENDS_LATER.has(name);
}

export function selectLimitDenial(policy: Policy, intent: Intent): LimitDenial | null {
  const { operation } = intent;
  if (policy.operations && !policy.operations.includes(operation.name)) return "operation_not_allowed";
  if (policy.sheets && !isInSheets(policy.sheets, intent)) return "sheet_not_allowed";
  if (!isSpending(operation)) return null;
  if (policy.paused) return "charges_paused";
  if (!isGenerationAllowed(policy, intent)) return "generation_not_allowed";
  return hasPriceLimit(policy) && !isEstimable({ ...intent, operation: operation.name }) ? "price_unknown" : null;
}

/**
 * What a run of a pipeline will do stands in its code and its input: nothing of it can be held against a bound. Its
 * charges are no client's, and go to the default account.
 */
export function selectRunDenial(policy: Policy): LimitDenial | null {
  if (policy.paused) return "charges_paused";
  return isBounded(policy) ? "operation_not_allowed" : null;
}

const BOUNDS = [
  "operations",
  "sheets",
  "generationTypes",
  "models",
  "maxDurationSeconds",
  "chargesPerDay",
  "maxCredits",
  "creditsPerDay",
  "account",
] as const satisfies readonly (keyof Policy)[];

/** Whether anything is bound that a run would not keep to. */
export function isBounded(policy: Partial<Policy>): boolean {
  return BOUNDS.some((bound) => policy[bound] !== undefined);
}

/**
 * Paths of sheets that name none (`/vidsheet/actions`) name none that is allowed; what spends outside of sheets spends
 * in none that is allowed. Which generation is continued is checked by its owner.
 */
function isInSheets(sheets: readonly string[], { operation, params }: Intent): boolean {
  const { name, path, agent } = operation;
  if (!path.startsWith("/vidsheet")) return !isSpending(operation) || name === "generations.continue";
  return agent === "catalogue" || sheets.includes(params.sheet ?? "");
}

function isGenerationAllowed(policy: Policy, { operation, search, json }: Intent): boolean {
  const { generationTypes: types, models, maxDurationSeconds } = policy;
  if (!types && !models && maxDurationSeconds === undefined) return true;
  if (!namesAgentOnly(search)) return false;
  if (operation.name === "cells.render") return types?.includes("render") ?? false;
  const wish = isGenerating(operation.name) && json !== null ? readWish(json) : null;
  if (wish === null || (types && !types.includes(wish.type))) return false;
  if (models && (wish.model === null || !models.includes(wish.model))) return false;
  return maxDurationSeconds === undefined || isShort(wish, maxDurationSeconds, types !== undefined);
}

/**
 * A length must be named where it costs: GEN's default is not ours to know. Where a request can't name one (speech,
 * lipsync, captions), only who has listed the type on purpose gets it.
 */
function isShort({ type, duration }: Wish, maxSeconds: number, isListed: boolean): boolean {
  if (duration === null) return UNTIMED.test(type) || (isListed && !TIMED.test(type));
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(duration) ? Number(duration) : 0;
  return seconds > 0 && seconds <= maxSeconds;
}
