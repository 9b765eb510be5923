import type { Isolate } from "../context.ts";
import type { Pipeline } from "./define.ts";

/** The state that the durable classes of pipelines use. */
export interface PipelinesIsolate extends Isolate {
  readonly pipelines: readonly Pipeline[];
}
