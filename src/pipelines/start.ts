/** From a trigger to a run: the input is checked, the run is written down, its Workflow started. Once for each origin. */
import * as v from "valibot";
import type { Pipeline } from "./define.ts";
import type { Order, Ordered } from "./order.ts";
import type { RunTrigger } from "./run.ts";
import { toRunId } from "./run-id.ts";
import { fitsStep, toJson } from "./value.ts";

const MAX_ISSUES = 20;

export interface Issue {
  /** Where in the input, members joined by dots; empty for the whole of it. */
  readonly path: string;
  readonly message: string;
}

/** The objects of the pipelines' runs, by their names. */
interface Runs {
  getByName(pipeline: string): { start(order: Order): Promise<Ordered> };
}

export type Checked =
  | { readonly kind: "fits"; readonly input: unknown }
  | { readonly kind: "unfit"; readonly issues: readonly Issue[] };

export function checkInput(pipeline: Pipeline, raw: unknown): Checked {
  const parsed = v.safeParse(pipeline.input, raw);
  if (!parsed.success) return { kind: "unfit", issues: parsed.issues.slice(0, MAX_ISSUES).map(toIssue) };
  if (fitsStep(toJson(raw))) return { kind: "fits", input: parsed.output };
  return { kind: "unfit", issues: [{ path: "", message: "An input may have 512 KiB as JSON." }] };
}

/** `raw` must have been checked. `origin` tells this start from others. */
export async function startRun(
  pipeline: Pipeline,
  start: { raw: unknown; trigger: RunTrigger; origin: readonly string[] },
  env: { readonly PIPELINES: Runs },
): Promise<Ordered & { readonly id: string }> {
  const { raw, trigger, origin } = start;
  const id = await toRunId(pipeline.name, ...origin);
  const input = toJson(raw);
  const ordered = await env.PIPELINES.getByName(pipeline.name).start({ pipeline: pipeline.name, id, trigger, input });
  return { ...ordered, id };
}

function toIssue(issue: v.BaseIssue<unknown>): Issue {
  return { path: v.getDotPath(issue) ?? "", message: issue.message };
}
