import type { OperationName } from "../../../gen/operations.ts";

/** Operations whose answers seldom change, and for how many seconds an answer is given from the cache. */
const FRESH_SECONDS: Partial<Record<OperationName, number>> = {
  "templates.list": 300,
  "templates.get": 300,
  "pricing.list": 300,
  "workspaces.list": 60,
  "agents.list": 60,
};

/** Null for operations that are not cached. */
export function selectFreshSeconds(operation: string, method: string): number | null {
  return method === "GET" ? (FRESH_SECONDS[operation as OperationName] ?? null) : null;
}
