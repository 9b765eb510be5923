import type { Listener } from "./state.ts";

/**
 * Wakes a run. The event carries no news: it is a bell, whoever hears it looks for himself, so it may ring twice, late,
 * or for nothing. Throws when it could not be rung. A run that is gone, or has ended, needs none.
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

/** A run's Workflow; null when there is none. */
export async function findInstance(run: string, { RUNS }: Pick<Env, "RUNS">): Promise<WorkflowInstance | null> {
  try {
    return await RUNS.get(run);
  } catch (error) {
    if (String(error).includes("not_found")) return null;
    throw error;
  }
}

/** For good: such an instance takes no events, and can't be ended again. */
export async function hasEnded(instance: WorkflowInstance): Promise<boolean> {
  const { status } = await instance.status();
  return status === "errored" || status === "terminated" || status === "complete";
}
