import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { fillEmptyCells } from "../../../src/app/fill-empty-cells.ts";
import type { Run } from "../../../src/pipelines/run.ts";

const INPUT = {
  agent_id: "42",
  sheet: "101",
  column: "Video",
  generation: { generation_type: "video_from_text", data: { prompt: "A film" } },
};

describe("PIPELINE_FILL_EMPTY_CELLS", () => {
  const [trigger] = fillEmptyCells.triggers;
  const inputs = (text?: string) =>
    trigger?.kind === "cron" ? trigger.inputs(text === undefined ? {} : { PIPELINE_FILL_EMPTY_CELLS: text }) : null;

  it("has no runs when it is not set, or empty", () => {
    expect([inputs(), inputs(" "), inputs("[]")]).toEqual([[], [], []]);
  });

  it("has a run an hour for each input in it", () => {
    expect(trigger).toMatchObject({ cron: "0 * * * *" });
    expect(inputs(JSON.stringify([{ ...INPUT, agent_id: 42 }, INPUT]))).toEqual([INPUT, INPUT]);
  });

  it.each([
    ["no JSON", "agent 42", /^PIPELINE_FILL_EMPTY_CELLS must be a JSON list of inputs, and is not JSON/],
    ["no list", JSON.stringify(INPUT), /must be a JSON list of inputs: it: .*Array/],
    ["an input that does not fit", JSON.stringify([INPUT, { ...INPUT, sheet: "a/b" }]), /: 1\.sheet: must be an id/],
    ["an id beyond 2^53", JSON.stringify([INPUT]).replace('"101"', "9007199254740993"), /: 0\.sheet: .* as a string/],
  ])("says what is wrong with %s", (_, text, message) => {
    expect(() => inputs(text)).toThrow(message);
  });
});

describe("one run", () => {
  const columns = [
    { id: 1, title: "Script", column_role: "ingredient", position: 1 },
    { id: 2, title: "Video", column_role: "video", position: 2 },
  ];
  const rows = Array.from({ length: 103 }, (_, index) => ({
    id: index,
    spreadsheet_cells: [
      { id: 1_000 + index, column_id: 1, value: "Script" },
      { id: 2_000 + index, column_id: 2, value: null },
    ],
  }));
  const answers: Readonly<Record<string, (row: string) => unknown>> = {
    "sheets.get": () => ({ spreadsheet_columns: columns, spreadsheet_rows: rows }),
    "generations.list": () => ({ generations: [{ container_id: 2_000 }, { container_id: null }] }),
    "rows.get": (row) => rows[Number(row)],
  };

  it("fills a hundred cells, skips what is in work, and says how many are left for the next", async () => {
    const filled: unknown[] = [];
    const tools = {
      read: async (operation: string, { params, answer }: { params: { row: string }; answer: v.GenericSchema }) => {
        return v.parse(answer, answers[operation]?.(params.row));
      },
    };
    const run = {
      input: INPUT,
      step: (_: string, work: (given: unknown) => Promise<unknown>) => work(tools),
      generate: async (_: string, __: string, { params }: { params: { cell: string } }) => filled.push(params.cell),
    } as unknown as Run<unknown>;

    expect(await fillEmptyCells.run(run)).toEqual({ filled: 100, skipped: 1, failed: [], left: 2 });
    expect(new Set(filled).size).toBe(100);
    expect(filled).not.toContain("2000");
  });
});
