import type { Call } from "../gen/call.ts";
import { assign, insert, remove } from "../gen/change.ts";
import { confirm } from "../gen/confirm.ts";
import { wrapped } from "../gen/fields.ts";
import { type Fields, invalid } from "../gen/gen-error.ts";
import { cellIn, type InSheet, layerIn, namedSheet } from "../gen/lookup.ts";
import { positionsOf } from "../gen/positions.ts";
import { created, noContent, ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import type { Cell, Layer } from "../world/sheet.ts";

const TYPES = ["sound", "text", "clip"];

export const layerRoutes: Routes = {
  "POST /vidsheet/:sheet/cells/:cell/layers": createLayer,
  "PUT /vidsheet/:sheet/cells/:cell/layers/update_positions": updatePositions,
  "GET /vidsheet/:sheet/cells/:cell/layers/:layer": (call) => ok(spotOf(call).layer),
  "PATCH /vidsheet/:sheet/cells/:cell/layers/:layer": updateLayer,
  "PUT /vidsheet/:sheet/cells/:cell/layers/:layer": updateLayer,
  "DELETE /vidsheet/:sheet/cells/:cell/layers/:layer": deleteLayer,
  "POST /vidsheet/:sheet/cells/:cell/layers/:layer/duplicate": duplicateLayer,
};

function cellOf(call: Call): InSheet & { cell: Cell } {
  const inSheet = namedSheet(call);
  return { ...inSheet, cell: cellIn(inSheet.sheet, call.params.cell).cell };
}

function spotOf(call: Call): InSheet & { cell: Cell; layer: Layer } {
  const spot = cellOf(call);
  return { ...spot, layer: layerIn(spot.cell, call.params.layer) };
}

function layerFields(call: Call): Fields {
  const { agent_id: _, ...fields } = wrapped(call.fields, "video_layer");
  return fields;
}

function createLayer(call: Call): Reply {
  const { sheet, cell } = cellOf(call);
  const fields = layerFields(call);
  const { type, position } = fields;
  if (typeof type !== "string" || !TYPES.includes(type)) throw invalid(`type must be one of ${TYPES.join(", ")}`);
  if (position === undefined) throw invalid("position is required");
  const layer: Layer = { ...fields, id: call.sim.world.nextId(), type, position: Number(position), user_jobs: [] };
  insert(sheet, cell.video_layers, layer);
  return created(layer);
}

function updateLayer(call: Call): Reply {
  const { sheet, layer } = spotOf(call);
  assign(sheet, layer, { ...layerFields(call), id: layer.id });
  return ok(layer);
}

function updatePositions(call: Call): Reply {
  const { sheet, cell } = cellOf(call);
  for (const [id, position] of positionsOf(call.fields)) assign(sheet, layerIn(cell, id), { position });
  return ok({ success: true });
}

function duplicateLayer(call: Call): Reply {
  const { sheet, cell, layer } = spotOf(call);
  const copy = { ...layer, id: call.sim.world.nextId(), position: cell.video_layers.length + 1, user_jobs: [] };
  insert(sheet, cell.video_layers, copy);
  return created(copy);
}

function deleteLayer(call: Call): Reply {
  const { agent, sheet, cell, layer } = spotOf(call);
  confirm(call, { operation: "layer.delete", target: `layer ${layer.id}`, agentId: agent.id, content: layer });
  remove(sheet, cell.video_layers, layer);
  return noContent();
}
