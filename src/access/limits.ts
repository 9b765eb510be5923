/**
 * What a policy bounds beyond its scopes: operations by name, sheets, and what may be generated, so that a leaked key
 * can't order the dearest videos. Pure, and strict: what can't be seen for certain is refused.
 */
import { scanJsonMembers } from "../gen/json-members.ts";
import type { Operation } from "../gen/operation.ts";
import type { Policy } from "./policy.ts";

export type LimitDenial = "operation_not_allowed" | "sheet_not_allowed" | "generation_not_allowed" | "charges_paused";

/** What a request is about to do. */
export interface Intent {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
  /** The query with its `?`, or nothing. */
  readonly search: string;
  /** The body, if it is JSON; null for none and for any other. */
  readonly json: string | null;
}

const GENERATING = new Set(["cells.generate", "layers.generate"]);
/** Types whose price grows with their length. */
const TIMED = /^(?:video|song)/;

export function selectLimitDenial(policy: Policy, intent: Intent): LimitDenial | null {
  const { operation, params } = intent;
  if (policy.operations && !policy.operations.includes(operation.name)) return "operation_not_allowed";
  if (policy.sheets && isOfSheets(operation) && !policy.sheets.includes(params.sheet ?? "")) return "sheet_not_allowed";
  if (!operation.charged) return null;
  if (policy.paused) return "charges_paused";
  return isGenerationAllowed(policy, intent) ? null : "generation_not_allowed";
}

/** Other paths of sheets name none in the path (`/vidsheet/actions`), and so none that is allowed. */
function isOfSheets({ path, agent }: Operation): boolean {
  return path.startsWith("/vidsheet") && agent !== "catalogue";
}

function isGenerationAllowed(policy: Policy, { operation, search, json }: Intent): boolean {
  const { generationTypes: types, models, maxDurationSeconds } = policy;
  if (!types && !models && maxDurationSeconds === undefined) return true;
  // Parsers merge the query with the body: nothing but the agent may stand there.
  if ([...new URLSearchParams(search).keys()].some((name) => name !== "agent_id")) return false;
  if (operation.name === "cells.render") return types?.includes("render") ?? true;
  const wish = GENERATING.has(operation.name) && json !== null ? readWish(json) : null;
  if (wish === null || (types && !types.includes(wish.type))) return false;
  if (models && (wish.model === null || !models.includes(wish.model))) return false;
  return maxDurationSeconds === undefined || isShort(wish, maxDurationSeconds);
}

interface Wish {
  readonly type: string;
  readonly model: string | null;
  readonly duration: string | null;
}

/** A length must be named where it costs: GEN's default is not ours to know. */
function isShort({ type, duration }: Wish, maxSeconds: number): boolean {
  if (duration === null) return !TIMED.test(type);
  return /^\d{1,6}(?:\.\d{1,3})?$/.test(duration) && Number(duration) <= maxSeconds;
}

/** Null when the text does not say it in the one plain way: a member that stands twice is read by two parsers as two. */
function readWish(json: string): Wish | null {
  const members = scanJsonMembers(json, true);
  if (members.some(({ name }) => name.includes("["))) return null;
  const [type, ...moreTypes] = members.filter(({ name }) => name === "generation_type");
  const [model, ...moreModels] = members.filter(({ name }) => name === "model");
  const [duration, ...moreDurations] = members.filter(({ name }) => name === "duration");
  const data = members.filter(({ name, depth }) => name === "data" && depth === 1);
  if (moreTypes.length + moreModels.length + moreDurations.length > 0 || data.length > 1) return null;
  if (type?.depth !== 1 || !type.scalar) return null;
  if (isMisplaced(model) || isMisplaced(duration)) return null;
  return { type: type.scalar, model: model?.scalar ?? null, duration: duration?.scalar ?? null };
}

function isMisplaced(member: { depth: number; scalar: string | null } | undefined): boolean {
  return member !== undefined && (member.depth !== 2 || member.scalar === null);
}
