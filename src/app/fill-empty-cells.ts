/**
 * `fill-empty-cells`: generates each empty cell of one column as soon as every ingredient to its left is filled. Runs
 * for one sheet never overlap, so no cell is filled twice. docs/pipelines.md has an example.
 */
import * as v from "valibot";
import { parseJson } from "../encoding/json.ts";
import { toIssue } from "../pipelines/check-input.ts";
import { cron, definePipeline, type PipelineVariables } from "../pipelines/define.ts";
import type { Run, StepTools } from "../pipelines/run.ts";
import { StepFailed } from "../pipelines/step-failed.ts";
import { mapConcurrent } from "./map-concurrent.ts";
import { fillIn } from "./placeholders.ts";
import {
  type Column,
  findColumn,
  GivenId,
  Id,
  isInWork,
  READ,
  Row,
  readValues,
  Sheet,
  selectReady,
  sortColumns,
  Wanted,
} from "./sheet.ts";

const WIDTH = 4;
/** The most cells per run; the next run continues. */
const MAX_CELLS = 100;
const VARIABLE = "PIPELINE_FILL_EMPTY_CELLS";

const Input = v.object({
  agent_id: GivenId,
  sheet: GivenId,
  /** The column's id or title. */
  column: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
  generation: Wanted,
});
type Input = v.InferOutput<typeof Input>;

export const fillEmptyCells = definePipeline({
  name: "fill-empty-cells",
  description: "Generates the empty cells of a column, row by row, as soon as a row is ready.",
  triggers: [cron("0 * * * *", readInputs)],
  input: Input,
  concurrency: WIDTH,
  maxCharges: MAX_CELLS,
  agent: ({ agent_id }) => agent_id,
  exclusive: ({ sheet }) => sheet,
  run: async (run) => {
    const { sheet, column } = run.input;
    const plan = await run.step(READ, (tools) => makePlan(tools, run.input));
    const outcomes = await mapConcurrent(plan.spots, WIDTH, (target) => fill(run, plan.columns, target));
    const failed = outcomes.filter((outcome) => typeof outcome === "object");
    const count = (wanted: CellOutcome) => outcomes.filter((outcome) => outcome === wanted).length;
    const result = { filled: count("filled"), skipped: plan.inWork + count("skipped"), failed, left: plan.left };
    if (failed.length > 0) await run.notify("failed", { sheet, column, ...result });
    return result;
  },
});

/** Each hour, one run for each input in the variable. */
function readInputs(variables: PipelineVariables): readonly unknown[] {
  const text = variables[VARIABLE]?.trim() ?? "";
  if (text === "") return [];
  const value = parseJson(text);
  if (value === null) throw new Error(`${VARIABLE} must be a JSON list of inputs, and is not JSON.`);
  const parsed = v.safeParse(v.array(Input), value);
  if (parsed.success) return parsed.output;
  const { path, message } = toIssue(parsed.issues[0]);
  throw new Error(`${VARIABLE} must be a JSON list of inputs: ${path || "it"}: ${message}`);
}

interface Target {
  readonly row: string;
  readonly cell: string;
}

/** Stored as a step's result. A run that continues after a deployment reads it, so its members keep their names. */
interface Plan {
  readonly columns: readonly Column[];
  readonly spots: readonly Target[];
  readonly inWork: number;
  readonly left: number;
}

const Running = v.object({ generations: v.array(v.object({ container_id: v.nullish(Id) })) });

/** Returns ids only: a sheet may be larger than a step's result may be. */
async function makePlan({ read }: StepTools, { agent_id, sheet, column: name }: Input): Promise<Plan> {
  const request = { params: { sheet }, query: { agent_id } };
  const whole = await read("sheets.get", { ...request, answer: Sheet });
  const { generations } = await read("generations.list", { ...request, answer: Running });
  const busy = new Set(generations.map(({ container_id }) => container_id));
  const columns = sortColumns(whole);
  const column = findColumn(columns, name);
  const ready = whole.spreadsheet_rows.flatMap((row) => {
    const cell = selectReady(row, columns, column);
    return cell ? [{ row: row.id, cell: cell.id, inWork: isInWork(cell) || busy.has(cell.id) }] : [];
  });
  const free = ready.filter(({ inWork }) => !inWork).map(({ row, cell }) => ({ row, cell }));
  const targets = free.slice(0, MAX_CELLS);
  return { columns, spots: targets, inWork: ready.length - free.length, left: free.length - targets.length };
}

type CellOutcome =
  | "filled"
  | "skipped"
  | { readonly cell: string; readonly error_code: string; readonly detail: string };

/** Reads the row once more right before spending: the sheet may have been read an hour ago. */
async function fill(run: Run<Input>, columns: readonly Column[], { row, cell }: Target): Promise<CellOutcome> {
  const { agent_id, sheet, column, generation } = run.input;
  const query = { agent_id };
  try {
    const look = `look at ${cell}`;
    const body = await run.step(look, async ({ read }) => {
      const now = await read("rows.get", { params: { sheet, row }, query, answer: Row });
      const found = selectReady(now, columns, findColumn(columns, column));
      if (found === null || isInWork(found)) return null;
      return { ...generation, data: fillIn(generation.data, readValues(now, columns), look) };
    });
    if (body === null) return "skipped";
    await run.generate(`fill ${cell}`, "cells.generate", { params: { sheet, cell }, query, body });
    return "filled";
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return { cell, error_code: error.code, detail: error.message };
  }
}
