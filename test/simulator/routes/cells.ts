import type { Call } from "../gen/call.ts";
import { assign } from "../gen/change.ts";
import { isFields, wrapped } from "../gen/fields.ts";
import { type Fields, invalid } from "../gen/gen-error.ts";
import { cellIn, namedSheet } from "../gen/lookup.ts";
import { ok, type Reply } from "../gen/reply.ts";
import type { Routes } from "../gen/route.ts";
import { cellView } from "../gen/sheet-view.ts";
import type { Cell, Sheet } from "../world/sheet.ts";

const MAX_ATTRIBUTES_BYTES = 2 * 1024 * 1024;

export const cellRoutes: Routes = {
  "PUT /vidsheet/:sheet/cells/mass_update": massUpdate,
  "GET /vidsheet/:sheet/cells/:cell": (call) =>
    ok(cellView(call.sim, cellIn(namedSheet(call).sheet, call.params.cell).cell)),
  "PATCH /vidsheet/:sheet/cells/:cell": updateCell,
  "PUT /vidsheet/:sheet/cells/:cell": updateCell,
  "PATCH /vidsheet/:sheet/cells/:cell/set_default_user_job": setDefaultJob,
  "GET /vidsheet/:sheet/cells/:cell/available_variables": availableVariables,
};

function updateCell(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const { cell } = cellIn(sheet, call.params.cell);
  changeCell(sheet, cell, wrapped(call.fields, "spreadsheet_cell"));
  return ok(cellView(call.sim, cell));
}

/** Saving a value here never spends credits; only the sheet actions regenerate what depends on it. */
export function changeCell(sheet: Sheet, cell: Cell, fields: Fields): void {
  if (!("value" in fields) && !("additional_attributes" in fields)) throw invalid("spreadsheet_cell.value is required");
  if (cell.cell_role === "stats") throw invalid("A stats cell is GEN's own");
  const attributes = JSON.stringify(fields.additional_attributes ?? {});
  if (attributes.length > MAX_ATTRIBUTES_BYTES) throw invalid("additional_attributes is larger than 2 MiB");
  if (depthOf(fields.additional_attributes) > 16) throw invalid("additional_attributes is nested deeper than 16");
  if ("value" in fields) assign(sheet, cell, { value: fields.value });
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function massUpdate(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const cells = call.fields.cells ?? call.fields.spreadsheet_cells;
  if (!Array.isArray(cells) || !cells.every(isFields)) throw invalid("cells must be a list");
  const found = cells.map((fields) => ({ fields, cell: cellIn(sheet, fields.id).cell }));
  for (const { fields, cell } of found) changeCell(sheet, cell, fields);
  return ok({ spreadsheet_cells: found.map(({ cell }) => cellView(call.sim, cell)) });
}

function setDefaultJob(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const { cell } = cellIn(sheet, call.params.cell);
  const id = Number(wrapped(call.fields, "default_user_job").user_job_id);
  if (!cell.user_jobs.includes(id)) throw invalid("user_job_id is not one of the cell's jobs");
  assign(sheet, cell, { default_user_job: id });
  return ok(cellView(call.sim, cell));
}

function availableVariables(call: Call): Reply {
  const { sheet } = namedSheet(call);
  cellIn(sheet, call.params.cell);
  return ok({ variables: [...sheet.variables.map(({ name }) => name), ...sheet.columns.map(({ title }) => title)] });
}
