/**
 * What a policy bounds beyond its scopes: operations, sheets, and what may be generated, so that a leaked key can't
 * order the most expensive videos. Pure and strict: what can't be verified is refused.
 */
import { isBounded, type Policy } from "../access/policy.ts";
import { isSpending, type Operation } from "../gen/operation.ts";
import { type Problem, refuse } from "../problems/problem.ts";
import type { ReasonCode } from "../problems/reasons.ts";
import { countCharges } from "./charges.ts";
import {
  type GenerationRequest,
  isGenerating,
  namesAgentOnly,
  readCallRequest,
  readType,
  type SpendingCall,
} from "./generation-request.ts";
import { findTraits } from "./generation-types.ts";
import { findNamedPrice, isLimited, type MoneyLimits, needsPrice } from "./money-limits.ts";

export interface Intent {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  /** The query with its `?`, or empty. */
  readonly search: string;
  /** The body if it is JSON, else null. */
  readonly json: string | null;
  /** Whether there is a body that is not JSON; it is not inspected here. */
  readonly isUnread?: boolean;
}

/** `limits`: of the call's money; the policy's own among them. */
export function selectLimitDenial(policy: Policy, intent: Intent, limits: MoneyLimits): Problem | null {
  const { operation } = intent;
  if (policy.operations && !policy.operations.includes(operation.name)) {
    return refuse("operation_not_allowed", { reason: "operation_not_listed" });
  }
  if (policy.sheets && !isInSheets(policy.sheets, intent)) return refuse("sheet_not_allowed");
  if (!isSpending(operation)) return null;
  if (policy.paused) return refuse("charges_paused");
  return isBounded(policy) || isLimited(limits) ? selectSpendingDenial(policy, intent, limits) : null;
}

/**
 * An operation that spends later satisfies none of these bounds. A type that the policy lists by name satisfies the
 * type bound.
 */
function selectSpendingDenial(policy: Policy, intent: Intent, limits: MoneyLimits): Problem | null {
  const { generationTypes: listed = [] } = policy;
  const { spendsLater, name: operation } = intent.operation;
  const call = { ...intent, operation };
  const unclear = selectUnclear(call);
  const denied = isTyped(policy) ? selectTypeDenial(policy, call, unclear) : null;
  if (denied) return denied;
  if (needsPrice(limits) && !isEstimable(call, listed) && !isPriceNamed(call, limits)) {
    return refuse("price_unknown", { reason: unclear ?? "price_not_estimable" });
  }
  if (isGenerating(operation) && unclear !== null && !isEmpty(intent)) return refuseGeneration(unclear);
  if (!isLimited(limits)) return null;
  if (spendsLater) return refuse("operation_not_allowed", { reason: "operation_spends_later" });
  return countCharges(call) === null ? refuseGeneration("charges_not_countable") : null;
}

function refuseGeneration(reason: ReasonCode, hint?: string): Problem {
  return refuse("generation_not_allowed", hint === undefined ? { reason } : { reason, hint });
}

/** Why the request of a generation can't be read for certain; null when it can. */
function selectUnclear(call: SpendingCall & Pick<Intent, "isUnread">): ReasonCode | null {
  if (!isGenerating(call.operation) || readCallRequest(call) !== null) return null;
  return call.isUnread ? "generation_must_be_json" : "generation_not_plain";
}

function isEmpty({ json, isUnread }: Intent): boolean {
  return json === null && !isUnread;
}

/** `listed`: types that the policy allows by name, known here or not. */
function isEstimable(call: SpendingCall, listed: readonly string[]): boolean {
  const asked = readCallRequest(call);
  return asked !== null && (findTraits(asked.type)?.price ?? listed.includes(asked.type));
}

/** Nothing in the query may make it another call than the one that the price is for. */
function isPriceNamed(call: SpendingCall, { prices }: MoneyLimits): boolean {
  const { operation, search } = call;
  return namesAgentOnly(search) && findNamedPrice({ operation, type: readType(call), prices }) !== null;
}

function isTyped({ generationTypes, models, maxDurationSeconds }: Policy): boolean {
  return generationTypes !== undefined || models !== undefined || maxDurationSeconds !== undefined;
}

/** Each call of a run is held against the bounds of the client that starts it, when it is about to be made. */
export function selectRunDenial(policy: Policy): Problem | null {
  if (policy.paused) return refuse("charges_paused");
  return mayStartRuns(policy) ? null : refuse("operation_not_allowed", { reason: "run_of_account" });
}

/** Runs use the default account. */
export function mayStartRuns(policy: Partial<Policy>): boolean {
  return policy.account === undefined;
}

/**
 * A sheet path without a sheet (`/vidsheet/actions`) is not in an allowed sheet, nor is spending outside of sheets.
 * `generations.continue` is let through here: the owner of the generation is checked elsewhere.
 */
function isInSheets(sheets: readonly string[], { operation, params }: Intent): boolean {
  const { name, path, agent } = operation;
  if (!path.startsWith("/vidsheet")) return !isSpending(operation) || name === "generations.continue";
  return agent === "catalogue" || sheets.includes(params.sheet ?? "");
}

/** `unclear`: why the request can't be read for certain. */
function selectTypeDenial(policy: Policy, call: SpendingCall, unclear: ReasonCode | null): Problem | null {
  const { generationTypes: types, models, maxDurationSeconds } = policy;
  const isListed = types !== undefined;
  if (call.operation === "cells.render") {
    if (!types?.includes("render")) return refuseGeneration(isListed ? "type_not_allowed" : "generations_only");
    return namesAgentOnly(call.search) ? null : refuseGeneration("generation_not_plain");
  }
  const asked = readCallRequest(call);
  if (asked === null) return refuseGeneration(unclear ?? "generations_only");
  if (types && !types.includes(asked.type)) return refuseGeneration("type_not_allowed", toHint(types));
  if (models && !isModelAllowed(asked, models, isListed)) return refuseGeneration("model_not_allowed", toHint(models));
  if (maxDurationSeconds === undefined || isShort(asked, maxDurationSeconds, isListed)) return null;
  return refuseGeneration("length_not_allowed", `Allowed: at most ${maxDurationSeconds} seconds.`);
}

const MAX_HINTED = 20;

/** What the policy allows. */
function toHint(names: readonly string[]): string {
  return `Allowed: ${names.slice(0, MAX_HINTED).join(", ")}${names.length > MAX_HINTED ? ", …" : ""}.`;
}

/** A type without a model, or an unknown type, is allowed only if the policy lists it by name. */
function isModelAllowed({ type, model }: GenerationRequest, models: readonly string[], isListed: boolean): boolean {
  const isChosen = findTraits(type)?.model ?? false;
  if (model === null) return isListed && !isChosen;
  return models.includes(model) && (isListed || isChosen);
}

/**
 * Where GEN uses `data.duration`, the request must give it, because GEN's default is unknown. Where the length follows
 * from something else, or the type is unknown, a given duration limits nothing: then the policy must list the type by
 * name.
 */
function isShort({ type, duration }: GenerationRequest, maxSeconds: number, isListed: boolean): boolean {
  const length = findTraits(type)?.length ?? "own";
  if (length === "own" && !isListed) return false;
  if (duration === null) return length !== "named";
  const seconds = /^\d{1,6}(?:\.\d{1,3})?$/.test(duration) ? Number(duration) : 0;
  return seconds > 0 && seconds <= maxSeconds;
}
