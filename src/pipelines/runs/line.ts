import * as v from "valibot";
import { parseJson } from "../../encoding/json.ts";
import { findPipeline, type Pipeline } from "../define.ts";

/** The run's `exclusive` text: runs with the same one run one after the other. Null: it waits for no other run. */
export function toLine(pipelines: readonly Pipeline[], name: string, input: string): string | null {
  const pipeline = findPipeline(pipelines, name);
  return pipeline?.exclusive ? pipeline.exclusive(v.parse(pipeline.input, parseJson(input))) : null;
}
