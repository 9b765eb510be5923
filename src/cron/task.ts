import type { Isolate } from "../context.ts";
import type { Tick } from "./tick.ts";

/** A task is done with a tick when it returns. The same tick again must do no harm. */
export type Task = (tick: Tick, isolate: Isolate) => Promise<void>;
