import type { Call, Commit } from "../gen/call.ts";
import { assign, change } from "../gen/change.ts";
import { confirm } from "../gen/confirm.ts";
import { isFields, text, wrapped } from "../gen/fields.ts";
import { type Fields, invalid } from "../gen/gen-error.ts";
import { SHEET_RESOURCE } from "../gen/key-rules.ts";
import { found, namedSheet } from "../gen/lookup.ts";
import { positionsOf } from "../gen/positions.ts";
import { created, ok, type Reply } from "../gen/reply.ts";
import { keyed, type Routes } from "../gen/route.ts";
import { columnView } from "../gen/sheet-view.ts";
import type { Id } from "../world/id.ts";
import { type Cell, type Column, type ColumnRole, newCell, type Sheet } from "../world/sheet.ts";

export const columnRoutes: Routes = {
  "GET /vidsheet/:sheet/columns": (call) => ok({ spreadsheet_columns: namedSheet(call).sheet.columns.map(columnView) }),
  "POST /vidsheet/:sheet/columns": keyed(SHEET_RESOURCE, (call) => {
    const { sheet } = namedSheet(call);
    const { title, type = "text", column_role = "ingredient" } = wrapped(call.fields, "spreadsheet_column");
    return addColumn(call, sheet, {
      title: titleFor(sheet, title),
      type: String(type),
      column_role: column_role as ColumnRole,
    });
  }),
  "PATCH /vidsheet/:sheet/columns/update_positions": updatePositions,
  "PUT /vidsheet/:sheet/columns/mass_update": massUpdate,
  "PATCH /vidsheet/:sheet/columns/:column": updateColumn,
  "PUT /vidsheet/:sheet/columns/:column": updateColumn,
  "DELETE /vidsheet/:sheet/columns/:column": deleteColumn,
  "POST /vidsheet/:sheet/columns/:column/duplicate": (call) => {
    const { sheet } = namedSheet(call);
    const column = columnIn(sheet, call.params.column);
    return addColumn(call, sheet, { ...column, title: `${column.title} (copy ${sheet.revision + 1})` });
  },
};

export function columnIn(sheet: Sheet, id: unknown): Column {
  return found(
    sheet.columns.find((column) => String(column.id) === String(id)),
    "Column",
  );
}

/** Titles are unique in a sheet. */
function titleFor(sheet: Sheet, given: unknown, self?: Column): string {
  const title = text(given);
  if (!title) throw invalid("spreadsheet_column.title is required");
  if (sheet.columns.some((column) => column !== self && column.title === title))
    throw invalid("Title has already been taken");
  return title;
}

function addColumn({ sim }: Call, sheet: Sheet, given: Omit<Column, "id" | "position">): Commit {
  return () => {
    const column: Column = { ...given, id: sim.world.nextId(), position: sheet.columns.length + 1 };
    const cells = new Map<Id, Cell>(sheet.rows.map((row) => [row.id, newCell(sim.world.nextId(), column)]));
    change(sheet, {
      redo: () => {
        sheet.columns.push(column);
        for (const row of sheet.rows) row.cells.push(cells.get(row.id) ?? newCell(sim.world.nextId(), column));
      },
      undo: () => dropColumn(sheet, column),
    });
    return created(columnView(column));
  };
}

function dropColumn(sheet: Sheet, column: Column): void {
  sheet.columns = sheet.columns.filter((candidate) => candidate !== column);
  for (const row of sheet.rows) row.cells = row.cells.filter((cell) => cell.column_id !== column.id);
}

function changeColumn(sheet: Sheet, id: unknown, fields: Fields): Column {
  const column = columnIn(sheet, id);
  const next: Partial<Column> = {};
  if (fields.title !== undefined) next.title = titleFor(sheet, fields.title, column);
  if (fields.type !== undefined) next.type = String(fields.type);
  assign(sheet, column, next);
  return column;
}

function updateColumn(call: Call): Reply {
  const { sheet } = namedSheet(call);
  return ok(columnView(changeColumn(sheet, call.params.column, wrapped(call.fields, "spreadsheet_column"))));
}

function massUpdate(call: Call): Reply {
  const { sheet } = namedSheet(call);
  const { columns } = call.fields;
  if (!Array.isArray(columns) || !columns.every(isFields)) throw invalid("columns must be a list");
  return ok({ spreadsheet_columns: columns.map((fields) => columnView(changeColumn(sheet, fields.id, fields))) });
}

function updatePositions(call: Call): Reply {
  const { sheet } = namedSheet(call);
  for (const [id, position] of positionsOf(call.fields)) assign(sheet, columnIn(sheet, id), { position });
  return ok({ success: true });
}

function deleteColumn(call: Call): Reply {
  const { agent, sheet } = namedSheet(call);
  const column = columnIn(sheet, call.params.column);
  const cells = sheet.rows.map((row) => ({ row, before: row.cells }));
  const content = { column: columnView(column), cells: cells.length, revision: sheet.revision };
  confirm(call, { operation: "column.delete", target: `column ${column.id}`, agentId: agent.id, content });
  const columns = sheet.columns;
  change(sheet, {
    redo: () => dropColumn(sheet, column),
    undo: () => {
      sheet.columns = columns;
      for (const { row, before } of cells) row.cells = before;
    },
  });
  return ok({ success: true });
}
