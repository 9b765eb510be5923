/** The Workflow behind a run: started, woken and ended, whatever has become of it. Each may be done twice. */
import { findInstance, hasEnded } from "../generations/wake-run.ts";

/** What a Workflow is started with. */
export interface RunPayload {
  readonly pipeline: string;
  readonly run: string;
}

type Runs = Pick<Env, "RUNS">;

export async function launch(params: RunPayload, { RUNS }: Runs): Promise<void> {
  try {
    await RUNS.create({ id: params.run, params });
  } catch (error) {
    if (!String(error).includes("already_exists")) throw error;
  }
}

/** An event wakes one that sleeps since its machine died. Says what there was to wake. */
export async function poke(run: string, env: Runs): Promise<"poked" | "ended" | "missing"> {
  const instance = await findInstance(run, env);
  if (instance === null) return "missing";
  if (await hasEnded(instance)) return "ended";
  await instance.sendEvent({ type: "poke", payload: null });
  return "poked";
}

/** After it, none of the run's code runs any more. */
export async function terminate(run: string, env: Runs): Promise<void> {
  const instance = await findInstance(run, env);
  if (instance !== null && !(await hasEnded(instance))) await instance.terminate();
}
