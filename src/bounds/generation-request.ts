/**
 * Reads what a generation is asked to be: `{"generation_type": …, "data": {"model": …, "duration": …}}`. Pure. Null for
 * every body that two parsers could read as two requests: a member that stands twice or elsewhere, a name in another
 * spelling, `data` that is no object, anything beside type, data and agent.
 */

import { parseJson } from "../encoding/json.ts";
import { scanJsonMembers } from "../encoding/json-members.ts";
import type { OperationName } from "../gen/operations.ts";

export interface GenerationRequest {
  readonly type: string;
  readonly model: string | null;
  /** As it is written. */
  readonly duration: string | null;
}

const GENERATING: ReadonlySet<string> = new Set<OperationName>(["cells.generate", "layers.generate"]);

/** Whether the operation's body holds a generation request. */
export function isGenerating(operation: string): boolean {
  return GENERATING.has(operation);
}

/** Parsers merge the query with the body, and older ones split it at semicolons: nothing but the agent may stand there. */
export function namesAgentOnly(search: string): boolean {
  return !search.includes(";") && [...new URLSearchParams(search).keys()].every((name) => name === "agent_id");
}

/** The depth at which each may stand, once. */
const PLACES: ReadonlyMap<string, number> = new Map([
  ["generation_type", 1],
  ["data", 1],
  ["model", 2],
  ["duration", 2],
]);
const PLAIN = new Set([...PLACES.keys()].map(toPlain));

export interface SpendingCall {
  readonly operation: string;
  /** The query with its `?`, or nothing. */
  readonly search: string;
  /** The body, if it is JSON; null for none and for any other. */
  readonly json: string | null;
}

/** Null, too, where the operation is no generating one, and where the query says more than the agent. */
export function readCallRequest({ operation, search, json }: SpendingCall): GenerationRequest | null {
  return isGenerating(operation) && json !== null && namesAgentOnly(search) ? parseGenerationRequest(json) : null;
}

/** What a generation request may hold: of any other member it is not known what GEN makes of it. */
const MEMBERS: ReadonlySet<string> = new Set(["agent_id", "generation_type", "data"]);

/** The text must have passed `JSON.parse`. */
export function parseGenerationRequest(json: string): GenerationRequest | null {
  if (scanJsonMembers(json).some(({ name, depth }) => depth === 1 && !MEMBERS.has(name))) return null;
  const found = findScalars(json);
  const { data } = (parseJson(json) ?? {}) as { data?: unknown };
  if (!found?.get("generation_type") || !isObjectOrNone(data)) return null;
  // At its depth another object could stand beside `data`, with what is allowed in it for show.
  const inData = ["model", "duration"].filter((name) => found.has(name));
  if (inData.some((name) => found.get(name) === null || !Object.hasOwn(data ?? {}, name))) return null;
  return {
    type: found.get("generation_type") ?? "",
    model: found.get("model") ?? null,
    duration: found.get("duration") ?? null,
  };
}

/** Each by its name; null in its place when it is no string and no number. */
function findScalars(json: string): ReadonlyMap<string, string | null> | null {
  const found = new Map<string, string | null>();
  for (const { name, depth, scalar } of scanJsonMembers(json, true)) {
    if (isDisguised(name)) return null;
    const place = PLACES.get(name);
    if (place === undefined || (name === "data" && depth !== place)) continue;
    if (depth !== place || found.has(name)) return null;
    found.set(name, scalar);
  }
  return found;
}

function isObjectOrNone(value: unknown): value is object | undefined {
  return value === undefined || (typeof value === "object" && value !== null && !Array.isArray(value));
}

/** `generationType`, `Duration `, `data[model]`: to some parser they are the plain names. */
function isDisguised(name: string): boolean {
  return /[[\].]/.test(name) || (PLAIN.has(toPlain(name)) && !PLACES.has(name));
}

/** What is left of a name that some parser may take for another one. */
export function toPlain(name: string): string {
  return name.replace(/[\s\0_-]+/g, "").toLowerCase();
}
