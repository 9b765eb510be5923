import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { fillIn } from "../../../src/app/placeholders.ts";
import {
  findCell,
  findColumn,
  Id,
  isInWork,
  Row,
  readValues,
  selectReady,
  sortColumns,
} from "../../../src/app/sheet.ts";

const column = (id: string, position: number, column_role = "ingredient") => ({
  id,
  title: `Title ${id}`,
  column_role,
  position,
});
const COLUMNS = sortColumns({
  spreadsheet_columns: [column("c", 3, "video"), column("a", 1), column("s", 2, "stats"), column("d", 4)],
});
const C = findColumn(COLUMNS, "c");
const D = findColumn(COLUMNS, "d");
const linked = (values: Readonly<Record<string, unknown>>) =>
  v.parse(Row, {
    id: 1,
    spreadsheet_cells: ["d", "c", "s", "a"].map((id) => ({ id: `cell-${id}`, column_id: id, value: values[id] })),
  });

describe("a column", () => {
  it("stands where its position says", () => {
    expect(COLUMNS.map(({ id }) => id)).toEqual(["a", "s", "c", "d"]);
  });

  it("is found by id or title, and else named in the error", () => {
    expect([findColumn(COLUMNS, "c"), findColumn(COLUMNS, "Title c")]).toEqual([COLUMNS[2], COLUMNS[2]]);
    expect(() => findColumn(COLUMNS, "e")).toThrow('The sheet has no column "e".');
  });
});

describe("a cell", () => {
  it("is found by the column that it names", () => {
    expect(findCell(linked({}), COLUMNS, C)?.id).toBe("cell-c");
  });

  it("is found by its place when its row names no column", () => {
    const row = v.parse(Row, { id: 1, spreadsheet_cells: [{ id: 10 }, { id: 11 }, { id: 12 }] });
    expect(findCell(row, COLUMNS, C)?.id).toBe("12");
    expect(findCell(row, COLUMNS, D)).toBeNull();
  });

  it.each([
    ["it is empty and what is left of it is there", { a: "x" }, true],
    ["nought is a value, too", { a: 0 }, true],
    ["it has a value", { a: "x", c: "y" }, false],
    ["an ingredient left of it is empty", { a: "" }, false],
    ["an ingredient left of it is missing", {}, false],
  ])("is ready only when it is empty and all that it needs is there: %s", (_, values, ready) => {
    expect(selectReady(linked(values), COLUMNS, C) !== null).toBe(ready);
  });

  it("waits neither for GEN's own columns nor for what stands right of it", () => {
    expect(selectReady(linked({ a: "x", s: null, d: null }), COLUMNS, C)?.id).toBe("cell-c");
  });

  it("is in work while one of its own jobs has not ended", () => {
    const cell = (...user_jobs: unknown[]) => ({ id: "1", user_jobs });
    expect(isInWork(cell({ status: "completed" }, { status: "pending" }))).toBe(true);
    expect(isInWork(cell({ status: "processing" }))).toBe(true);
    expect(isInWork(cell({ status: "failed" }, 9000, null))).toBe(false);
  });
});

it("an id is a number or a text that can't change a path", () => {
  expect([v.parse(Id, 42), v.parse(Id, "agent_456")]).toEqual(["42", "agent_456"]);
  expect(v.parse(Id, "cell.01HZX")).toBe("cell.01HZX");
  for (const bad of ["", "a/b", "..", "a b", null, "x".repeat(257)]) expect(v.is(Id, bad)).toBe(false);
});

describe("{{Column}}", () => {
  const values = readValues(linked({ a: "Bread", c: { url: "u" } }), COLUMNS);

  it("stands for the row's value, however deep in the data", () => {
    const data = { prompt: "On {{Title a}}, {{ Title a }}!", list: [{ text: "{{Title d}}." }], duration: 10 };
    expect(fillIn(data, values, "fill")).toEqual({ prompt: "On Bread, Bread!", list: [{ text: "." }], duration: 10 });
  });

  it("stays as it is when no such column exists, and so does one inside a value", () => {
    expect(fillIn({ prompt: "{{brand}} {{toString}}" }, values, "fill")).toEqual({ prompt: "{{brand}} {{toString}}" });
    expect(fillIn({ prompt: "{{a}}{{b}}" }, { a: "{{b}} $& $1", b: "x" }, "fill")).toEqual({ prompt: "{{b}} $& $1x" });
  });

  it("is written as JSON when the value is no text", () => {
    expect(fillIn({ prompt: "{{Title c}}" }, values, "fill")).toEqual({ prompt: '{"url":"u"}' });
  });

  it("is not filled in beyond what a step may hold, however often a long value is named", () => {
    const data = { prompt: "{{a}}".repeat(1_000) };
    expect(() => fillIn(data, { a: "b".repeat(1_000) }, "fill")).toThrow("longer than 512 KiB");
  });
});
