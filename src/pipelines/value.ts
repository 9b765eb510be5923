import { writeJson } from "../json.ts";

/** Inputs and results as they are kept: JSON, small enough for a step of a Workflow, which holds 1 MiB. */
const MAX_BYTES = 512 * 1_024;

/** JSON knows no `undefined`. */
export function toJson(value: unknown): string {
  return writeJson(value) ?? "null";
}

/** Half of what a step holds: it is quoted once more on its way. */
export function fitsStep(json: string): boolean {
  return new TextEncoder().encode(json).length <= MAX_BYTES;
}
