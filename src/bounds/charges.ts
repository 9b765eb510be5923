/**
 * How many generations one call may start: a quota counts each of them. Pure, and null for what can't be counted for
 * certain: sheet actions that GEN goes on from by itself, and jobs that spend for as long as they live.
 */

import { parseJson } from "../encoding/json.ts";
import { scanJsonMembers } from "../encoding/json-members.ts";
import { namesAgentOnly, type SpendingCall, toPlain } from "./generation-request.ts";
import { findTraits } from "./generation-types.ts";

export function countCharges({ operation, search, json }: SpendingCall): number | null {
  switch (operation) {
    case "sheets.act":
      return json !== null && namesAgentOnly(search) ? countActions(json) : null;
    case "user_jobs.create":
      return json !== null && namesAgentOnly(search) && endsByItself(json) ? 1 : null;
    default:
      return 1;
  }
}

/** GEN's verbs. Only `generate` costs credits by itself. */
const VERBS = new Set(["create", "update", "generate", "duplicate", "delete", "reorder", "undo", "redo", "export"]);
/** Of a larger target it is not known how many cells it has. */
const SINGLE_TARGETS = new Set(["cell", "layer"]);

/** What depends on an edit is generated anew unless the request forbids it, and how much that is only GEN knows. */
function countActions(json: string): number | null {
  const { actions, auto_regenerate: regenerates } = (parseJson(json) ?? {}) as Record<string, unknown>;
  const verbs = findPlain(json, ["actions", "auto_regenerate", "action"]);
  if (verbs === null || regenerates !== false || !Array.isArray(actions)) return null;
  // Each member stands once where it belongs: then every parser reads these actions and no others.
  const expected = [...actions.map(() => "action:3"), "actions:1", "auto_regenerate:1"];
  if (verbs.toSorted().join() !== expected.toSorted().join()) return null;
  if (!actions.every((each) => VERBS.has(each?.action))) return null;
  const generating = actions.filter(({ action }) => action === "generate");
  return generating.every(({ target }) => isSingle(target)) ? generating.length : null;
}

function isSingle(target: unknown): boolean {
  const { type = "cell", ...ids } = (target ?? {}) as Readonly<Record<string, unknown>>;
  return (
    !Array.isArray(target) &&
    SINGLE_TARGETS.has(String(type)) &&
    Object.values(ids).every((id) => typeof id !== "object")
  );
}

/** Monitoring costs credits until it is ended; so may what is not known. */
function endsByItself(json: string): boolean {
  const places = findPlain(json, ["user_job", "user_job_type"]);
  const body = (parseJson(json) ?? {}) as { user_job_type?: unknown; user_job?: { user_job_type?: unknown } };
  const isBare = places?.join() === "user_job_type:1";
  if (!isBare && places?.join() !== "user_job:1,user_job_type:2") return false;
  const type = isBare ? body.user_job_type : body.user_job?.user_job_type;
  return typeof type === "string" && (type === "publish_content" || findTraits(type) !== null);
}

/** Where members of these names stand, as `name:depth`; null when one stands there in another spelling. */
function findPlain(json: string, names: readonly string[]): string[] | null {
  const plain = new Set(names.map(toPlain));
  const found = scanJsonMembers(json, true).filter(({ name }) => plain.has(toPlain(name)) || /[[\].]/.test(name));
  if (found.some(({ name }) => !names.includes(name))) return null;
  return found.map(({ name, depth }) => `${name}:${depth}`);
}
