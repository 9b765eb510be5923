/** The parts of GEN's sheets that these pipelines read. */
import * as v from "valibot";
import type { Json } from "../encoding/json.ts";
import { isGivenName } from "../gen/id.ts";
import { StepFailed } from "../pipelines/step-failed.ts";

/** The step in which both pipelines read the sheet. Errors in the sheet show here, before anything is spent. */
export const READ = "read the sheet";

const text = v.pipe(v.string(), v.check(isGivenName, "must be an id of GEN's."));

/**
 * An id in an input. GEN's ids are numbers or strings; both are used as strings. A number beyond 2^53 is refused: it
 * may have lost digits.
 */
export const GivenId = v.pipe(v.union([v.string(), v.number()]), v.transform(String), text);

/** An id in an answer of GEN's, with all digits. */
export const Id = v.pipe(v.union([v.string(), v.number(), v.bigint()]), v.transform(String), text);

/** The body of `POST …/cells/{c}/generate`. Texts in `data` may hold `{{Column}}`. */
export const Wanted = v.object({
  generation_type: v.string(),
  data: v.record(
    v.string(),
    v.custom<Json>(() => true),
  ),
});

const Column = v.object({ id: Id, title: v.string(), column_role: v.string(), position: v.number() });
const Cell = v.object({
  id: Id,
  column_id: v.optional(Id),
  value: v.optional(v.unknown()),
  user_jobs: v.optional(v.array(v.unknown()), []),
});

export const Row = v.object({ id: Id, spreadsheet_cells: v.array(Cell) });
export const Sheet = v.object({ spreadsheet_columns: v.array(Column), spreadsheet_rows: v.array(Row) });

export type Column = v.InferOutput<typeof Column>;
type Cell = v.InferOutput<typeof Cell>;
export type Row = v.InferOutput<typeof Row>;
export type Sheet = v.InferOutput<typeof Sheet>;

/** Left to right. */
export function sortColumns({ spreadsheet_columns }: Pick<Sheet, "spreadsheet_columns">): Column[] {
  return spreadsheet_columns.toSorted((a, b) => a.position - b.position);
}

/** Finds a column by id or title. Throws when there is none. */
export function findColumn(columns: readonly Column[], name: string): Column {
  const column = columns.find(({ id }) => id === name) ?? columns.find(({ title }) => title === name);
  if (column) return column;
  throw new StepFailed({ code: "column_not_found", detail: `The sheet has no column "${name}".`, step: READ });
}

/**
 * GEN documents no link from a cell to its column. If no cell of the row has a `column_id`, the cells are in the order
 * of the columns.
 */
export function findCell({ spreadsheet_cells: cells }: Row, columns: readonly Column[], column: Column): Cell | null {
  const isLinked = cells.some(({ column_id }) => column_id !== undefined);
  const cell = isLinked ? cells.find(({ column_id }) => column_id === column.id) : cells[columns.indexOf(column)];
  return cell ?? null;
}

/** The values for `{{Column}}` in this row. Empty cells give an empty text. */
export function readValues(row: Row, columns: readonly Column[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(columns.map((column) => [column.title, findCell(row, columns, column)?.value ?? ""]));
}

/** The row's cell in a column, if it is empty and every ingredient to its left is filled; else null. */
export function selectReady(row: Row, columns: readonly Column[], column: Column): Cell | null {
  const cell = findCell(row, columns, column);
  const before = columns.slice(0, columns.indexOf(column)).filter(({ column_role }) => column_role === "ingredient");
  const isReady = before.every((each) => !isEmpty(findCell(row, columns, each)));
  return cell && isEmpty(cell) && isReady ? cell : null;
}

function isEmpty(cell: Cell | null): boolean {
  return (cell?.value ?? "") === "";
}

const Running = v.object({ status: v.picklist(["pending", "processing"]) });

/** Whether a job of this cell is still running. */
export function isInWork({ user_jobs }: Cell): boolean {
  return user_jobs.some((job) => v.is(Running, job));
}
