import type { Call } from "../gen/call.ts";
import { GenError } from "../gen/gen-error.ts";
import { namedSheet } from "../gen/lookup.ts";
import { ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import type { ChangeSet, Sheet } from "../world/sheet.ts";

export const undoRoutes: Routes = {
  "GET /vidsheet/:sheet/operations": (call) =>
    ok({ operations: namedSheet(call).sheet.done.map(({ id }) => ({ change_set_id: id })) }),
  "GET /vidsheet/:sheet/operations/last": (call) =>
    ok({ change_set_id: namedSheet(call).sheet.done.at(-1)?.id ?? null }),
  "POST /vidsheet/:sheet/operations/undo": (call) => step(call, "undo"),
  "POST /vidsheet/:sheet/operations/redo": (call) => step(call, "redo"),
};

function step(call: Call, direction: "undo" | "redo"): Reply {
  const { sheet } = namedSheet(call);
  return ok({ change_set_id: stepBack(sheet, direction, call.fields.change_set_id).id });
}

/** Takes the last change back (or makes it again). A change that others followed is a conflict. */
export function stepBack(sheet: Sheet, direction: "undo" | "redo", wanted: unknown): ChangeSet {
  const [from, to] = direction === "undo" ? [sheet.done, sheet.undone] : [sheet.undone, sheet.done];
  const set = from.at(-1);
  if (wanted !== undefined) {
    if (![...from, ...to].some(({ id }) => id === wanted))
      throw new GenError(422, "change_set_not_found", "No such change set");
    if (set?.id !== wanted) throw new GenError(409, `${direction}_conflict`, "The sheet has changed since");
  }
  if (!set) throw new GenError(422, `nothing_to_${direction}`, `There is nothing to ${direction}`);
  set[direction]();
  from.pop();
  to.push(set);
  sheet.revision++;
  return set;
}
