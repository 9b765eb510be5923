/**
 * How many generations one call may start; a quota counts each. Null when that can't be determined: sheet actions after
 * which GEN regenerates dependent cells by itself, and jobs that keep spending while they exist. Pure.
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

/** GEN's sheet actions. Only `generate` costs credits directly. */
const VERBS = new Set(["create", "update", "generate", "duplicate", "delete", "reorder", "undo", "redo", "export"]);
/** Larger targets hold an unknown number of cells. */
const SINGLE_TARGETS = new Set(["cell", "layer"]);

/** Unless `auto_regenerate` is false, GEN regenerates whatever depends on an edit; only GEN knows how much that is. */
function countActions(json: string): number | null {
  const { actions, auto_regenerate: regenerates } = (parseJson(json) ?? {}) as Record<string, unknown>;
  const verbs = findPlain(json, ["actions", "auto_regenerate", "action"]);
  if (verbs === null || regenerates !== false || !Array.isArray(actions)) return null;
  // Each name must occur once, at its place: then all parsers read the same actions.
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

/** Monitoring jobs cost credits until they are ended. Unknown job types might, too. */
function endsByItself(json: string): boolean {
  const places = findPlain(json, ["user_job", "user_job_type"]);
  const body = (parseJson(json) ?? {}) as { user_job_type?: unknown; user_job?: { user_job_type?: unknown } };
  const isBare = places?.join() === "user_job_type:1";
  if (!isBare && places?.join() !== "user_job:1,user_job_type:2") return false;
  const type = isBare ? body.user_job_type : body.user_job?.user_job_type;
  return typeof type === "string" && (type === "publish_content" || findTraits(type) !== null);
}

/** The places of members with these names, as `name:depth`. Null when a name occurs in another spelling. */
function findPlain(json: string, names: readonly string[]): string[] | null {
  const plain = new Set(names.map(toPlain));
  const found = scanJsonMembers(json, true).filter(({ name }) => plain.has(toPlain(name)) || /[[\].]/.test(name));
  if (found.some(({ name }) => !names.includes(name))) return null;
  return found.map(({ name, depth }) => `${name}:${depth}`);
}
