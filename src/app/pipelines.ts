/** The pipelines of this deployment: edit freely. docs/pipelines.md says how to write one. */
import type { Pipeline } from "../pipelines/define.ts";
import { fillEmptyCells } from "./fill-empty-cells.ts";
import { ideaToVideo } from "./idea-to-video.ts";

export const PIPELINES: readonly Pipeline[] = [fillEmptyCells, ideaToVideo];
