import type { Kind } from "../settings.ts";
import type { Simulation } from "../simulation.ts";
import type { Container, Job } from "../world/job.ts";
import type { Cell, Layer, Row } from "../world/sheet.ts";
import { requireCredits } from "./credits.ts";
import { isFields } from "./fields.ts";
import { type Fields, GenError, invalid } from "./gen-error.ts";
import { startJob } from "./job-life.ts";
import type { InSheet } from "./lookup.ts";
import { GENERATION_TYPES, PRICES } from "./prices.ts";

/** Checked input: what will be made, and its price in credits. */
export interface Wanted {
  readonly type: string;
  readonly kind: Kind;
  readonly data: Fields;
  readonly amount: number;
}

/** Checks `{generation_type, data}`; a 422 says what is wrong. */
export function parseWanted(fields: Fields): Wanted {
  const { generation_type: type, data = {} } = fields;
  const known = typeof type === "string" && Object.hasOwn(GENERATION_TYPES, type) ? GENERATION_TYPES[type] : undefined;
  if (typeof type !== "string" || !known) throw invalid("generation_type is not one of the known types");
  if (!isFields(data)) throw invalid("data must be an object");
  if (known.needs.length > 0 && !known.needs.some((name) => data[name] !== undefined && data[name] !== "")) {
    throw invalid(`data.${known.needs[0]} is required for ${type}`);
  }
  if (type === "speech_from_text" && !data.voice_id && !data.voice_method) {
    throw new GenError(422, "voice_id_required", "data.voice_id is required");
  }
  return { type, kind: known.kind, data, amount: known.credits(data) };
}

export const RENDER: Wanted = { type: "render", kind: "render", data: {}, amount: PRICES.render };

export interface Spot extends InSheet {
  readonly row: Row;
  readonly cell: Cell;
  readonly layer?: Layer;
}

/** Checks the credits, then returns the function that takes them and starts the generation in its cell or layer. */
export function planGeneration(
  sim: Simulation,
  spot: Spot,
  wanted: Wanted,
  call: { operation: string; key: string | null },
): () => Job {
  requireCredits(sim, spot.agent, wanted.amount);
  return () => {
    const job = startJob(sim, { ...wanted, ...call, agent: spot.agent, container: containerOf(spot) });
    (spot.layer ?? spot.cell).user_jobs.push(job.id);
    return job;
  };
}

function containerOf({ sheet, row, cell, layer }: Spot): Container {
  const at = { sheetId: sheet.id, rowId: row.id };
  if (layer)
    return { ...at, type: "VideoLayer", id: layer.id, deliver: (value) => void Object.assign(layer, { value }) };
  return {
    ...at,
    type: "SpreadsheetCell",
    id: cell.id,
    deliver: (value) => {
      cell.value = value;
      sheet.revision++;
    },
  };
}
