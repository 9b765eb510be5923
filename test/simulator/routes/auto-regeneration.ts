import type { Call } from "../gen/call.ts";
import type { Fields } from "../gen/gen-error.ts";
import { planGeneration, type Spot, type Wanted } from "../gen/generate.ts";
import { keyOf } from "../gen/keyed.ts";
import { cellIn } from "../gen/lookup.ts";
import { GENERATION_TYPES, PRICES } from "../gen/prices.ts";
import type { Job } from "../world/job.ts";
import type { Agent } from "../world/world.ts";
import { sheetOfAction, targetOf } from "./action-verbs.ts";

export interface Regeneration {
  readonly wanted: Wanted;
  readonly start: () => Job;
}

/** Cells with a default job whose sources an update changes are generated again: such an edit spends credits. */
export function planRegeneration(call: Call, agent: Agent, actions: readonly Fields[]): Regeneration[] {
  const spots = new Map<unknown, Spot>();
  for (const action of actions) {
    if (action.action !== "update") continue;
    const sheet = sheetOfAction(call, agent, action);
    const { row, cell: changed } = cellIn(sheet, targetOf(action).id);
    if (changed.cell_role !== "ingredient") continue;
    for (const cell of row.cells)
      if (cell !== changed && cell.default_user_job !== null) spots.set(cell.id, { agent, sheet, row, cell });
  }
  return [...spots.values()].flatMap((spot) => {
    const before = call.sim.world.jobs.get(String(spot.cell.default_user_job));
    return before ? [again(call, spot, before)] : [];
  });
}

function again(call: Call, spot: Spot, { type, kind, data }: Job): Regeneration {
  const amount = kind === "render" ? PRICES.render : (GENERATION_TYPES[type]?.credits(data) ?? PRICES.job);
  const wanted = { type, kind, data, amount };
  const key = keyOf(call, "header") ?? null;
  return {
    wanted,
    start: () => planGeneration(call.sim, spot, wanted, { operation: "sheets.auto_regenerate", key })(),
  };
}
