import { parseJson } from "../encoding/json.ts";
import { isName, toId } from "../gen/id.ts";

/**
 * Finds the id of the generation in a GEN webhook. GEN does not document the payload, so only an id is read: at the top
 * level or in `generation`, `data` or `user_job`. Nothing else in it is trusted. Pure.
 */
const PLACES = ["generation", "data", "user_job"] as const;
const NAMES = ["generation_id", "user_job_id", "id"] as const;

export function findGenerationId(text: string, contentType: string | null): string | null {
  const payload = contentType?.startsWith("application/x-www-form-urlencoded")
    ? Object.fromEntries(new URLSearchParams(text))
    : parseJson(text);
  const top = readId(payload, ["generation_id", "user_job_id"]);
  return top ?? firstNested(payload) ?? readId(payload, NAMES);
}

function firstNested(payload: unknown): string | null {
  if (typeof payload !== "object" || payload === null) return null;
  for (const place of PLACES) {
    const id = readId((payload as Record<string, unknown>)[place], NAMES);
    if (id !== null) return id;
  }
  return null;
}

function readId(value: unknown, names: readonly string[]): string | null {
  if (typeof value !== "object" || value === null) return null;
  for (const name of names) {
    const id = toId((value as Record<string, unknown>)[name]);
    if (id !== null && isName(id)) return id;
  }
  return null;
}
