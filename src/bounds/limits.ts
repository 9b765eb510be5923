/**
 * What a policy bounds beyond its scopes: operations by name, sheets, and what may be generated, so that a leaked key
 * can't order the dearest videos. Pure, and strict: what can't be seen for certain is refused.
 */

import { isBounded, type Policy } from "../access/policy.ts";
import type { Operation } from "../gen/operation.ts";
import { countCharges } from "./charges.ts";
import {
  type GenerationRequest,
  isGenerating,
  namesAgentOnly,
  readCallRequest,
  type SpendingCall,
} from "./generation-request.ts";
import { findTraits } from "./generation-types.ts";

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
  /** Whether there is a body in another format, of which nothing is read here. */
  readonly isUnread?: boolean;
}

/** Whether GEN takes credits for it, at once or later. */
export function isSpending({ charged, spendsLater }: Operation): boolean {
  return charged || spendsLater;
}

export function selectLimitDenial(policy: Policy, intent: Intent): LimitDenial | null {
  const { operation } = intent;
  if (policy.operations && !policy.operations.includes(operation.name)) return "operation_not_allowed";
  if (policy.sheets && !isInSheets(policy.sheets, intent)) return "sheet_not_allowed";
  if (!isSpending(operation)) return null;
  if (policy.paused) return "charges_paused";
  return isBounded(policy) ? selectSpendingDenial(policy, intent) : null;
}

/** An operation that spends later is within none of these; one that the policy lists by its name is within that bound. */
function selectSpendingDenial(policy: Policy, intent: Intent): LimitDenial | null {
  const { generationTypes: listed = [], chargesPerDay } = policy;
  const { spendsLater, name: operation } = intent.operation;
  const call = { ...intent, operation };
  const isPlain = intent.json === null ? !intent.isUnread : readCallRequest(call) !== null;
  if (isTyped(policy) && !isGenerationAllowed(policy, call)) return "generation_not_allowed";
  if (hasPriceLimit(policy) && !isEstimable(call, listed)) return "price_unknown";
  if (isGenerating(operation) && !isPlain) return "generation_not_allowed";
  if (chargesPerDay === undefined) return null;
  if (spendsLater) return "operation_not_allowed";
  return countCharges(call) === null ? "generation_not_allowed" : null;
}

function hasPriceLimit({ creditsPerDay, maxCredits }: Pick<Policy, "creditsPerDay" | "maxCredits">): boolean {
  return creditsPerDay !== undefined || maxCredits !== undefined;
}

/** `listed`: types that the policy names on purpose, known here or not. */
function isEstimable(call: SpendingCall, listed: readonly string[]): boolean {
  const asked = readCallRequest(call);
  return asked !== null && (findTraits(asked.type)?.price ?? listed.includes(asked.type));
}

function isTyped({ generationTypes, models, maxDurationSeconds }: Policy): boolean {
  return generationTypes !== undefined || models !== undefined || maxDurationSeconds !== undefined;
}

/**
 * What a run of a pipeline will do stands in its code and its input: nothing of it can be held against a bound. Its
 * charges are no client's, and go to the default account.
 */
export function selectRunDenial(policy: Policy): LimitDenial | null {
  if (policy.paused) return "charges_paused";
  return mayStartRuns(policy) ? null : "operation_not_allowed";
}

/** The same of a policy that is still to be made. */
export function mayStartRuns(policy: Partial<Policy>): boolean {
  return !isBounded(policy) && policy.account === undefined;
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

function isGenerationAllowed(policy: Policy, call: SpendingCall): boolean {
  const { generationTypes: types, models, maxDurationSeconds } = policy;
  if (call.operation === "cells.render") return namesAgentOnly(call.search) && (types?.includes("render") ?? false);
  const asked = readCallRequest(call);
  if (asked === null || (types && !types.includes(asked.type))) return false;
  const isListed = types !== undefined;
  if (models && !isModelAllowed(asked, models, isListed)) return false;
  return maxDurationSeconds === undefined || isShort(asked, maxDurationSeconds, isListed);
}

/** Where a type has no model, or is not known, only who has listed it on purpose gets it. */
function isModelAllowed({ type, model }: GenerationRequest, models: readonly string[], isListed: boolean): boolean {
  const isChosen = findTraits(type)?.model ?? false;
  if (model === null) return isListed && !isChosen;
  return models.includes(model) && (isListed || isChosen);
}

/**
 * A length must be named where GEN goes by it: its default is not ours to know. Where it goes by something else, or the
 * type is not known, a named one bounds nothing, and only who has listed the type on purpose gets it.
 */
function isShort({ type, duration }: GenerationRequest, maxSeconds: number, isListed: boolean): boolean {
  const length = findTraits(type)?.length ?? "own";
  if (length === "own" && !isListed) return false;
  if (duration === null) return length !== "named";
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(duration) ? Number(duration) : 0;
  return seconds > 0 && seconds <= maxSeconds;
}
