/**
 * Reads a generation request: `{"generation_type": …, "data": {"model": …, "duration": …}}`. Pure. Null for every body
 * that two parsers could read differently: a member that occurs twice or in the wrong place, a name in another
 * spelling, `data` that is no object, any member beside type, data and agent.
 */
import { parseJson } from "../encoding/json.ts";
import { scanJsonMembers } from "../encoding/json-members.ts";
import type { OperationName } from "../gen/operations.ts";

export interface GenerationRequest {
  readonly type: string;
  readonly model: string | null;
  /** As written in the request. */
  readonly duration: string | null;
}

const GENERATING: ReadonlySet<string> = new Set<OperationName>(["cells.generate", "layers.generate"]);

/** Whether the operation's body holds a generation request. */
export function isGenerating(operation: string): boolean {
  return GENERATING.has(operation);
}

/**
 * Some parsers merge the query into the body, and older ones split it at semicolons. So the query may hold nothing but
 * the agent.
 */
export function namesAgentOnly(search: string): boolean {
  return !search.includes(";") && [...new URLSearchParams(search).keys()].every((name) => name === "agent_id");
}

/** The depth at which each name may occur, once. */
const PLACES: ReadonlyMap<string, number> = new Map([
  ["generation_type", 1],
  ["data", 1],
  ["model", 2],
  ["duration", 2],
]);
const PLAIN = new Set([...PLACES.keys()].map(toPlain));

export interface SpendingCall {
  readonly operation: string;
  /** The query with its `?`, or empty. */
  readonly search: string;
  /** The body if it is JSON, else null. */
  readonly json: string | null;
}

/** Null, too, when the operation generates nothing, or the query holds more than the agent. */
export function readCallRequest({ operation, search, json }: SpendingCall): GenerationRequest | null {
  return isGenerating(operation) && json !== null && namesAgentOnly(search) ? parseGenerationRequest(json) : null;
}

/**
 * The generation type that a call asks for, for reports; null when it has none, or it can't be read. Not for bounds: a
 * user job's type is taken from the body as it is.
 */
export function readType(call: SpendingCall): string | null {
  if (call.operation === "cells.render") return "render";
  const type = call.operation === "user_jobs.create" ? readJobType(call) : readCallRequest(call)?.type;
  return typeof type === "string" && TYPE.test(type) ? type : null;
}

/** GEN's types are written so. Whatever else a caller invents is not kept. */
const TYPE = /^[a-z][a-z0-9_]{0,63}$/;

function readJobType(call: SpendingCall): unknown {
  const { user_job_type: bare, user_job: wrapped } = (
    call.json === null ? {} : (parseJson(call.json) ?? {})
  ) as JobBody;
  return wrapped?.user_job_type ?? bare;
}

interface JobBody {
  readonly user_job_type?: unknown;
  readonly user_job?: { readonly user_job_type?: unknown } | null;
}

/** The members a generation request may have. How GEN reads any other is unknown. */
const MEMBERS: ReadonlySet<string> = new Set(["agent_id", "generation_type", "data"]);

/** The text must have passed `JSON.parse`. */
export function parseGenerationRequest(json: string): GenerationRequest | null {
  if (scanJsonMembers(json).some(({ name, depth }) => depth === 1 && !MEMBERS.has(name))) return null;
  const found = findScalars(json);
  const { data } = (parseJson(json) ?? {}) as { data?: unknown };
  if (!found?.get("generation_type") || !isObjectOrNone(data)) return null;
  // Another object at the same depth could hold these names, with permitted values as a decoy: they must be in `data`
  // itself.
  const inData = ["model", "duration"].filter((name) => found.has(name));
  if (inData.some((name) => found.get(name) === null || !Object.hasOwn(data ?? {}, name))) return null;
  return {
    type: found.get("generation_type") ?? "",
    model: found.get("model") ?? null,
    duration: found.get("duration") ?? null,
  };
}

/** Values by name. A value is null when it is neither a string nor a number. */
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

/** Some parsers read `generationType`, `Duration ` or `data[model]` as the plain names. */
function isDisguised(name: string): boolean {
  return /[[\].]/.test(name) || (PLAIN.has(toPlain(name)) && !PLACES.has(name));
}

/** The name without what some parsers ignore: case, blanks, NUL, underscores, dashes. */
export function toPlain(name: string): string {
  return name.replace(/[\s\0_-]+/g, "").toLowerCase();
}
