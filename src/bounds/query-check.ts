/**
 * A query goes on as it came. From a client confined to some agents, it must be one that every parser takes apart alike: older
 * ones split at semicolons, and escapes that are none, or no UTF-8, are read in several ways.
 */

import type { Policy } from "../access/policy.ts";
import { type Problem, refuse } from "../problems/problem.ts";
import { isOverride } from "./field-name.ts";

/** `search`: the query with its `?`, or nothing. */
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
