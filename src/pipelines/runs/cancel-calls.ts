import type { Isolate } from "../../context.ts";
import type { StepRecord } from "../run-record.ts";

/** Leaves finished steps alone: their generations may have been continued by another call. */
export async function cancelCalls(steps: readonly StepRecord[], { objects }: Isolate): Promise<void> {
  const calls = steps.flatMap(({ state, callId }) => (state === "done" ? [] : (callId ?? [])));
  await Promise.all(calls.map((callId) => objects.CALLS.getByName(callId).cancel()));
}
