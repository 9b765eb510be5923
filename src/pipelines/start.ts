/** Starts a run for a trigger: stores it and starts its Workflow, once for each origin. */

import { writeJsonOrNull } from "../encoding/json.ts";
import type { Pipeline } from "./define.ts";
import type { Order, Ordered } from "./protocol.ts";
import type { RunTrigger } from "./run.ts";
import { toRunId } from "./run-id.ts";

/** The objects of the pipelines' runs, by pipeline name. */
interface Runs {
  getByName(pipeline: string): { start(order: Order): Promise<Ordered> };
}

/** `raw` must have been checked (`check-input.ts`). `origin` identifies what started the run. */
export async function startRun(
  pipeline: Pipeline,
  start: { raw: unknown; trigger: RunTrigger; origin: readonly string[] },
  objects: { readonly PIPELINES: Runs },
): Promise<Ordered & { readonly id: string }> {
  const { raw, trigger, origin } = start;
  const id = await toRunId(pipeline.name, ...origin);
  const input = writeJsonOrNull(raw);
  const ordered = await objects.PIPELINES.getByName(pipeline.name).start({
    pipeline: pipeline.name,
    id,
    trigger,
    input,
  });
  return { ...ordered, id };
}
