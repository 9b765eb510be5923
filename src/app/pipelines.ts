/** The pipelines of this deployment: edit freely. docs/pipelines.md says how to write one. */
import type { Pipeline } from "../pipelines/define.ts";

export const PIPELINES: readonly Pipeline[] = [];

/** Null when there is none of this name. */
export function findPipeline(name: string): Pipeline | null {
  return PIPELINES.find((pipeline) => pipeline.name === name) ?? null;
}
