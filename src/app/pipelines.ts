/** The pipelines of this deployment: edit freely. docs/pipelines.md says how to write one. */
import { listPipelines } from "../pipelines/define.ts";
import { fillEmptyCells } from "./fill-empty-cells.ts";
import { ideaToVideo } from "./idea-to-video.ts";

export const PIPELINES = listPipelines(fillEmptyCells, ideaToVideo);
