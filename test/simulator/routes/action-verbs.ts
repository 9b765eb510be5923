import type { Call } from "../gen/call.ts";
import { insert, remove } from "../gen/change.ts";
import { confirm } from "../gen/confirm.ts";
import { isFields } from "../gen/fields.ts";
import { type Fields, GenError, notFound } from "../gen/gen-error.ts";
import { parseWanted, planGeneration, RENDER, type Spot, type Wanted } from "../gen/generate.ts";
import { keyOf } from "../gen/keyed.ts";
import { cellIn, rowIn } from "../gen/lookup.ts";
import { positionsOf } from "../gen/positions.ts";
import { cellView, rowView } from "../gen/sheet-view.ts";
import { isRunning } from "../world/job.ts";
import type { Sheet } from "../world/sheet.ts";
import type { Agent } from "../world/world.ts";
import { changeCell } from "./cells.ts";
import { makeRow } from "./rows.ts";
import { stepBack } from "./undo.ts";

export const VERBS = ["create", "update", "generate", "duplicate", "delete", "reorder", "undo", "redo", "export"];

type Step = () => unknown;
interface Numbered {
  readonly action: Fields;
  readonly index: number;
}

/** Checks one action; its step carries it out. Targets are `{type: "cell" | "row", id, sheet_id}`. */
export function planAction(call: Call, agent: Agent, { action }: Numbered): Step {
  const sheet = sheetOfAction(call, agent, action);
  const target = targetOf(action);
  switch (action.action) {
    case "create":
      return () => addRow(call, sheet);
    case "duplicate": {
      const model = rowIn(sheet, target.id);
      return () => addRow(call, sheet, model);
    }
    case "update": {
      const { cell } = cellIn(sheet, target.id);
      return () => {
        changeCell(sheet, cell, { value: givenValue(action) });
        return { id: cell.id, value: cell.value };
      };
    }
    case "generate":
      return planGenerate(call, { agent, sheet, ...cellIn(sheet, target.id) }, action);
    case "delete":
      return planDelete(call, agent, { sheet, action });
    case "reorder":
      return () => {
        for (const [id, position] of positionsOf(action)) rowIn(sheet, id).position = position;
        return { reordered: true };
      };
    case "undo":
    case "redo": {
      const direction = action.action;
      return () => ({ change_set_id: stepBack(sheet, direction, target.change_set_id).id });
    }
    default:
      return () => ({ rows: sheet.rows.map((row) => rowView(call.sim, row)) });
  }
}

/** The credits that a `generate` will take; edits take none themselves. */
export function creditsFor(action: Fields): number {
  return action.action === "generate" ? wantedOf(action).amount : 0;
}

function wantedOf(action: Fields): Wanted {
  return action.generation_type === "render" ? RENDER : parseWanted(action);
}

export function targetOf({ target }: Fields): Fields {
  return isFields(target) ? target : {};
}

function givenValue({ value, data }: Fields): unknown {
  return value ?? (isFields(data) ? data.value : undefined);
}

/** A sheet named by the action or the request, else the agent's sheet that has the target. */
export function sheetOfAction(call: Call, agent: Agent, action: Fields): Sheet {
  const target = targetOf(action);
  const id =
    target.sheet_id ?? target.spreadsheet_id ?? action.sheet_id ?? call.fields.sheet_id ?? call.fields.spreadsheet_id;
  const own = [...call.sim.world.sheets.values()].filter((sheet) => String(sheet.agentId) === String(agent.id));
  const sheet = own.find((candidate) =>
    id === undefined ? has(candidate, target.id) : String(candidate.id) === String(id),
  );
  const chosen = sheet ?? (id === undefined && target.id === undefined ? own[0] : undefined);
  if (!chosen) throw notFound("spreadsheet_not_found", "Spreadsheet");
  return chosen;
}

function has(sheet: Sheet, id: unknown): boolean {
  return sheet.rows.some(
    (row) => String(row.id) === String(id) || row.cells.some((cell) => String(cell.id) === String(id)),
  );
}

function addRow(call: Call, sheet: Sheet, model?: Parameters<typeof makeRow>[2]): unknown {
  const row = makeRow(call, sheet, model);
  insert(sheet, sheet.rows, row);
  return rowView(call.sim, row);
}

/** A generation whose source is still being made has to wait: it is answered with 202 and not charged. */
function planGenerate(call: Call, spot: Spot, action: Fields): Step {
  const { world } = call.sim;
  const wanted = wantedOf(action);
  const sources = spot.row.cells.filter((cell) => cell !== spot.cell && cell.cell_role === "ingredient");
  if (
    wanted.kind === "video" &&
    sources.some((cell) => cell.user_jobs.some((id) => isRunningJob(world.jobs.get(String(id)))))
  ) {
    throw new GenError(202, "source_not_ready", "A source is still being generated", {
      status: "queued",
      retryable: true,
      retry_after_seconds: 1,
      message: "Send the same request again",
    });
  }
  return () => {
    const start = planGeneration(call.sim, spot, wanted, {
      operation: "sheets.actions",
      key: keyOf(call, "header") ?? null,
    });
    return { ...cellView(call.sim, spot.cell), user_job_id: start().id };
  };
}

function isRunningJob(job: Parameters<typeof isRunning>[0] | undefined): boolean {
  return job !== undefined && isRunning(job);
}

/** The confirm token of a delete is a member of the action. */
function planDelete(call: Call, agent: Agent, { sheet, action }: { sheet: Sheet; action: Fields }): Step {
  const row = rowIn(sheet, targetOf(action).id);
  const token = typeof action.confirm_token === "string" ? action.confirm_token : undefined;
  const doomed = {
    operation: "row.delete",
    target: `row ${row.id}`,
    agentId: agent.id,
    content: rowView(call.sim, row),
  };
  return () => {
    confirm({ ...call, query: new URLSearchParams() }, doomed, token);
    remove(sheet, sheet.rows, row);
    return { deleted: true };
  };
}
