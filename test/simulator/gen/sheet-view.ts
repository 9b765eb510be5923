import type { Simulation } from "../simulation.ts";
import type { Cell, Column, Row, Sheet } from "../world/sheet.ts";
import { userJobView } from "./job-view.ts";

export function sheetView(sim: Simulation, sheet: Sheet): Record<string, unknown> {
  const { id, slug, title, uuid, status, createdAt } = sheet;
  const createdMs = Date.parse(createdAt);
  return {
    id,
    slug,
    title,
    uuid,
    status,
    created_at: createdAt,
    created_at_ts: createdMs,
    updated_at_ts: createdMs + sheet.revision,
    spreadsheet_columns: sheet.columns.map(columnView),
    spreadsheet_rows: sheet.rows.map((row) => rowView(sim, row)),
    global_variables_sheet: { id: `${id}-variables`, global_variables: sheet.variables },
  };
}

export function columnView({ id, title, type, column_role, position }: Column): Record<string, unknown> {
  return { id, title, type, column_role, position };
}

export function rowView(sim: Simulation, { id, position, cells }: Row): Record<string, unknown> {
  return { id, position, spreadsheet_cells: cells.map((cell) => cellView(sim, cell)) };
}

export function cellView(sim: Simulation, cell: Cell): Record<string, unknown> {
  return { ...cell, user_jobs: jobsView(sim, cell.user_jobs) };
}

function jobsView(sim: Simulation, ids: readonly number[]): unknown[] {
  return ids.flatMap((id) => {
    const job = sim.world.jobs.get(String(id));
    return job ? [userJobView(job)] : [];
  });
}
