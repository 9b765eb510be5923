import type { Listener } from "./state.ts";

/**
 * Wakes a run. The event has no payload; receivers re-read state, so duplicates are harmless. Throws when the event
 * could not be sent. A run that does not exist or has ended is skipped.
 */
export async function wakeRun({ run, event }: Listener, env: Pick<Env, "RUNS">): Promise<void> {
  const instance = await findInstance(run, env);
  if (instance === null) return;
  try {
    await instance.sendEvent({ type: event, payload: null });
  } catch (error) {
    if (!(await hasEnded(instance))) throw error;
  }
}

/** The Workflow instance of a run; null when there is none. */
export async function findInstance(run: string, { RUNS }: Pick<Env, "RUNS">): Promise<WorkflowInstance | null> {
  try {
    return await RUNS.get(run);
  } catch (error) {
    if (String(error).includes("not_found")) return null;
    throw error;
  }
}

/** Whether the instance has ended for good: it takes no events and can't be terminated again. */
export async function hasEnded(instance: WorkflowInstance): Promise<boolean> {
  const { status } = await instance.status();
  return status === "errored" || status === "terminated" || status === "complete";
}
