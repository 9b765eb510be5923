/**
 * The query is forwarded unchanged. From a client confined to some agents it must be one that every parser splits the
 * same way: no semicolons, no invalid percent escapes, valid UTF-8.
 */
import type { Policy } from "../access/policy.ts";
import { type Problem, refuse } from "../problems/problem.ts";
import { isOverride } from "./field-name.ts";

/** `search`: the query with its `?`, or empty. */
export function checkQuery(search: string, { agents }: Policy): Problem | null {
  if (search === "") return null;
  if (agents !== "*" && !isUnambiguous(search)) return refuse("bad_request", { reason: "query_ambiguous" });
  const names = new URLSearchParams(`&${search.slice(1).replaceAll(";", "&")}`).keys();
  return [...names].some(isOverride) ? refuse("bad_request", { reason: "field_overrides" }) : null;
}

function isUnambiguous(search: string): boolean {
  try {
    return !search.includes(";") && decodeURIComponent(search) !== "";
  } catch {
    return false;
  }
}
