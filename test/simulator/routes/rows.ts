import type { Call, Commit } from "../gen/call.ts";
import { assign, insert, remove } from "../gen/change.ts";
import { confirm } from "../gen/confirm.ts";
import { isFields, wrapped } from "../gen/fields.ts";
import { invalid } from "../gen/gen-error.ts";
import { SHEET_RESOURCE } from "../gen/key-rules.ts";
import { namedSheet, rowIn } from "../gen/lookup.ts";
import { positionsOf } from "../gen/positions.ts";
import { created, ok, type Reply } from "../gen/reply.ts";
import { keyed, type Routes } from "../gen/route.ts";
import { rowView } from "../gen/sheet-view.ts";
import { newCell, type Row, type Sheet } from "../world/sheet.ts";

export const rowRoutes: Routes = {
  "GET /vidsheet/:sheet/rows": (call) =>
    ok({ spreadsheet_rows: namedSheet(call).sheet.rows.map((row) => rowView(call.sim, row)) }),
  "POST /vidsheet/:sheet/rows": keyed(SHEET_RESOURCE, (call) => addRow(call, namedSheet(call).sheet)),
  "GET /vidsheet/:sheet/rows/delta": (call) =>
    ok({ spreadsheet_rows: [], deleted_row_ids: [], updated_at_ts: namedSheet(call).sheet.revision }),
  "POST /vidsheet/:sheet/rows/duplicate_last": keyed(SHEET_RESOURCE, (call) => {
    const { sheet } = namedSheet(call);
    const last = sheet.rows.at(-1);
    if (!last) throw invalid("The sheet has no row");
    return addRow(call, sheet, last);
  }),
  "POST /vidsheet/:sheet/rows/seed_test_data": (call) => addRow(call, namedSheet(call).sheet)(),
  "PUT /vidsheet/:sheet/rows/update_positions": updatePositions,
  "PUT /vidsheet/:sheet/rows/mass_update": massUpdate,
  "GET /vidsheet/:sheet/rows/:row": (call) => ok(rowView(call.sim, rowIn(namedSheet(call).sheet, call.params.row))),
  "PATCH /vidsheet/:sheet/rows/:row": updateRow,
  "PUT /vidsheet/:sheet/rows/:row": updateRow,
  "DELETE /vidsheet/:sheet/rows/:row": deleteRow,
  "POST /vidsheet/:sheet/rows/:row/duplicate": keyed(SHEET_RESOURCE, (call) => {
    const { sheet } = namedSheet(call);
    return addRow(call, sheet, rowIn(sheet, call.params.row));
  }),
};

function addRow(call: Call, sheet: Sheet, model?: Row): Commit {
  return () => {
    const row = makeRow(call, sheet, model);
    insert(sheet, sheet.rows, row);
    return created(rowView(call.sim, row));
  };
}

export function makeRow({ sim }: Call, sheet: Sheet, model?: Row): Row {
  const cells = sheet.columns.map((column) =>
    newCell(sim.world.nextId(), column, model?.cells.find((cell) => cell.column_id === column.id)?.value),
  );
  return { id: sim.world.nextId(), position: sheet.rows.length + 1, cells };
}

function updateRow(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const row = rowIn(sheet, call.params.row);
  const { position } = wrapped(call.fields, "spreadsheet_row");
  if (position !== undefined) assign(sheet, row, { position: Number(position) });
  return ok(rowView(call.sim, row));
}

function updatePositions(call: Call): Reply {
  const { sheet } = namedSheet(call);
  for (const [id, position] of positionsOf(call.fields)) assign(sheet, rowIn(sheet, id), { position });
  return ok({ success: true });
}

function massUpdate(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const { rows } = call.fields;
  if (!Array.isArray(rows) || !rows.every(isFields)) throw invalid("rows must be a list");
  for (const { id, position } of rows)
    if (position !== undefined) assign(sheet, rowIn(sheet, id), { position: Number(position) });
  return ok({ success: true });
}

function deleteRow(call: Call): Reply {
  const { agent, sheet } = namedSheet(call);
  const row = rowIn(sheet, call.params.row);
  confirm(call, {
    operation: "row.delete",
    target: `row ${row.id}`,
    agentId: agent.id,
    content: rowView(call.sim, row),
  });
  remove(sheet, sheet.rows, row);
  return ok({ success: true });
}
