import type { Id } from "./id.ts";

export type ColumnRole = "ingredient" | "video" | "final_video" | "stats";

export interface Column {
  readonly id: Id;
  title: string;
  type: string;
  column_role: ColumnRole;
  position: number;
}

export interface Layer {
  readonly id: Id;
  type: string;
  position: number;
  user_jobs: number[];
  [field: string]: unknown;
}

export interface Cell {
  readonly id: Id;
  readonly column_id: Id;
  value: unknown;
  readonly cell_role: ColumnRole;
  default_user_job: number | null;
  user_jobs: number[];
  video_layers: Layer[];
}

export interface Row {
  readonly id: Id;
  position: number;
  cells: Cell[];
}

export interface ChangeSet {
  readonly id: string;
  readonly undo: () => void;
  readonly redo: () => void;
}

export interface Sheet {
  readonly id: Id;
  readonly agentId: Id;
  title: string;
  slug: string;
  readonly uuid: string;
  status: string;
  readonly createdAt: string;
  /** Counts every change; confirm tokens and undo refer to it. */
  revision: number;
  columns: Column[];
  rows: Row[];
  variables: { id: Id; name: string; value: unknown }[];
  done: ChangeSet[];
  undone: ChangeSet[];
}

const START_COLUMNS = [
  { title: "Script", type: "text", column_role: "ingredient" },
  { title: "Video", type: "video", column_role: "video" },
  { title: "Final video", type: "video", column_role: "final_video" },
] as const;

export function emptySheet(id: Id, agentId: Id, title: string, createdAt: string): Sheet {
  const slug = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}-${id}`;
  const uuid = `00000000-0000-4000-8000-${String(id).replaceAll(/\D/g, "").padStart(12, "0")}`;
  const lists = { columns: [], rows: [], variables: [], done: [], undone: [] };
  return { id, agentId, title, slug, uuid, status: "active", createdAt, revision: 0, ...lists };
}

/** Columns `<sheet>1`…`3`, rows `<sheet>10`, `20`, `30`, cells `<sheet>11`…`33`; `sheet_123` has `col_1`, `row_1`, `cell_11` and so on. */
export function startingSheet(id: Id, agentId: Id): Sheet {
  const sheet = emptySheet(id, agentId, `Sheet ${id}`, "2026-10-01T09:00:00.000Z");
  const name = (prefix: string, suffix: string) =>
    typeof id === "number" ? Number(`${id}${suffix}`) : `${prefix}_${suffix}`;
  sheet.columns = START_COLUMNS.map((column, index) => ({
    id: name("col", String(index + 1)),
    position: index + 1,
    ...column,
  }));
  sheet.rows = [1, 2, 3].map((row) => ({
    id: typeof id === "number" ? name("row", `${row}0`) : `row_${row}`,
    position: row,
    cells: sheet.columns.map((column, index) =>
      newCell(name("cell", `${row}${index + 1}`), column, index === 0 && row < 3 ? `Script ${row}` : null),
    ),
  }));
  sheet.variables = [{ id: name("var", "91"), name: "brand", value: "Simulated" }];
  return sheet;
}

export function newCell(id: Id, column: Column, value: unknown = null): Cell {
  const { id: columnId, column_role } = column;
  return {
    id,
    column_id: columnId,
    value,
    cell_role: column_role,
    default_user_job: null,
    user_jobs: [],
    video_layers: [],
  };
}
