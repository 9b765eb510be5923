/**
 * `idea-to-video`: creates a row, sets its cells, generates the requested columns, renders, publishes if requested, and
 * notifies with the video's URL. docs/pipelines.md has an example.
 */
import * as v from "valibot";
import { definePipeline } from "../pipelines/define.ts";
import type { Generation } from "../pipelines/run.ts";
import { StepFailed } from "../pipelines/step-failed.ts";
import { fillIn } from "./placeholders.ts";
import { PostRequest, publish } from "./publish.ts";
import { type Column, findCell, findColumn, GivenId, READ, Row, Sheet, sortColumns, Wanted } from "./sheet.ts";
import { webhook } from "./webhooks.ts";

const Input = v.object({
  agent_id: GivenId,
  sheet: GivenId,
  /** The row's initial values, by title or id of the column. */
  cells: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  /** What to generate, by title or id of the column. Generated from left to right, whatever the order here. */
  generate: v.optional(v.record(v.string(), Wanted), {}),
  /** The column to render. Default: the first with the role `final_video`. */
  render: v.optional(v.string()),
  publish: v.optional(PostRequest),
});

const NO_URL = "GEN names no URL of the video.";

export const ideaToVideo = definePipeline({
  name: "idea-to-video",
  description: "Makes a row for an idea, generates and renders its video, and publishes it when asked.",
  triggers: [
    // {"type": "video.requested", "data": <the input>}, signed as Standard Webhooks specifies.
    webhook("standard-webhooks", {
      when: ({ eventType }) => eventType === "video.requested",
      input: ({ payload }) => (payload as { data?: unknown }).data,
    }),
    // To start it from a form, add this or use it instead:
    // webhook("typeform", {
    //   input: ({ payload }) => {
    //     const { answers } = (payload as { form_response: { answers: { text: string }[] } }).form_response;
    //     return { agent_id: 42, sheet: 101, cells: { Script: answers[0]?.text } };
    //   },
    // }),
  ],
  input: Input,
  maxCharges: 10,
  agent: ({ agent_id }) => agent_id,
  run: async (run) => {
    const { agent_id, sheet, publish: wantedPost } = run.input;
    const query = { agent_id };
    const columns = await run.step(READ, async ({ read }) =>
      sortColumns(await read("sheets.get", { params: { sheet }, query, answer: Sheet })),
    );
    const plan = makePlan(columns, run.input);
    const row = await run.call("make a row", "rows.create", { params: { sheet }, query, answer: Row });
    const at = (column: Column) => ({ params: { sheet, cell: demandCell(row, columns, column) }, query });
    const values: Record<string, unknown> = {};
    for (const [column, value] of plan.given) {
      await run.call(`set ${column.title}`, "cells.update", { ...at(column), body: { spreadsheet_cell: { value } } });
      values[column.title] = value;
    }
    for (const [column, wanted] of plan.wanted) {
      const step = `generate ${column.title}`;
      const body = { ...wanted, data: fillIn(wanted.data, values, step) };
      const made = await run.generate(step, "cells.generate", { ...at(column), body });
      values[column.title] = toValue(made);
    }
    const { id: generation, urls } = await run.generate("render", "cells.render", at(plan.render));
    const [url] = urls;
    if (url === undefined) throw new StepFailed({ code: "gen_bad_response", detail: NO_URL, step: "render" });
    const video = { url, generation, sheet, row: row.id };
    await run.notify("video", video);
    return wantedPost === undefined ? video : { ...video, post: await publish(run, wantedPost, { agent_id, url }) };
  },
});

/** Throws when a column is missing, before anything is created. */
function makePlan(columns: readonly Column[], { cells, generate, render }: v.InferOutput<typeof Input>) {
  const byColumn = <T>(entries: Readonly<Record<string, T>>) =>
    Object.entries(entries)
      .map(([name, value]): [Column, T] => [findColumn(columns, name), value])
      .sort(([a], [b]) => a.position - b.position);
  const last = columns.find(({ column_role }) => column_role === "final_video");
  return {
    given: byColumn(cells),
    wanted: byColumn(generate),
    render: render === undefined && last ? last : findColumn(columns, render ?? "Final video"),
  };
}

function demandCell(row: Row, columns: readonly Column[], column: Column): string {
  const cell = findCell(row, columns, column);
  if (cell) return cell.id;
  const detail = `The new row has no cell in the column "${column.title}".`;
  throw new StepFailed({ code: "gen_bad_response", detail, step: "make a row" });
}

/** The value that placeholders in later columns get: a text, or the URL of what was generated. */
function toValue({ result, urls }: Generation): unknown {
  return typeof result === "string" ? result : (urls[0] ?? result);
}
