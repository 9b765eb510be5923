/** Measurements whose load, clients and simulators share one process mean nothing while that process gets no processor. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { beside, type Row } from "../section.ts";

const MAX_DELAY_MS = 200;
const TRIES = 3;

/** Measures again when this process was held up. The last time it says so in a row. */
export async function measureUndisturbed(measure: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  for (let tries = 1; ; tries += 1) {
    const delays = monitorEventLoopDelay();
    delays.enable();
    const rows = await measure();
    delays.disable();
    const delayMs = delays.percentile(99) / 1e6;
    if (delayMs <= MAX_DELAY_MS) return rows;
    if (tries === TRIES)
      return [...rows, beside("… not comparable: the machine was busy, for", `${delayMs.toFixed(0)} ms`)];
  }
}
