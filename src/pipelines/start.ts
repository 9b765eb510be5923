/** Starts a run for a trigger: stores it and starts its Workflow, once for each origin. */
import { writeJsonOrNull } from "../encoding/json.ts";
import type { Pipeline } from "./define.ts";
import type { Order, Ordered } from "./protocol.ts";
import type { RunTrigger } from "./run.ts";
import { toRunId } from "./run-id.ts";
import type { RunTerms } from "./run-record.ts";

/** The objects of the pipelines' runs, by pipeline name. */
interface Runs {
  getByName(pipeline: string): { start(order: Order): Promise<Ordered> };
}

/** Those of a run that no client has started. */
const OWN_TERMS: RunTerms = { client: null, tag: null };

/** `raw` must have been checked (`check-input.ts`). `origin` identifies what started the run. */
export async function startRun(
  pipeline: Pipeline,
  start: { raw: unknown; trigger: RunTrigger; origin: readonly string[]; terms?: RunTerms },
  objects: { readonly PIPELINES: Runs },
): Promise<Ordered & { readonly id: string }> {
  const { raw, trigger, origin, terms = OWN_TERMS } = start;
  const id = await toRunId(pipeline.name, ...origin);
  const input = writeJsonOrNull(raw);
  const ordered = await objects.PIPELINES.getByName(pipeline.name).start({
    pipeline: pipeline.name,
    id,
    trigger,
    terms,
    input,
  });
  return { ...ordered, id };
}
