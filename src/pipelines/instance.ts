/** Starts, restarts, wakes and ends the Workflow behind a run, in whatever state it is. Each can be repeated. */
import { findInstance, hasEnded } from "../generations/wake-run.ts";

/** The parameters of a run's Workflow. */
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

/** Plays it from its first line. Its steps find what they have done at the object of the runs. */
export async function relaunch(params: RunPayload, env: Runs): Promise<void> {
  const instance = await findInstance(params.run, env);
  if (instance === null) return launch(params, env);
  await instance.restart();
}

/** Sends an event, which wakes a Workflow that sleeps because its machine died. */
export async function poke(run: string, env: Runs): Promise<"poked" | "ended" | "missing"> {
  const instance = await findInstance(run, env);
  if (instance === null) return "missing";
  if (await hasEnded(instance)) return "ended";
  await instance.sendEvent({ type: "poke", payload: null });
  return "poked";
}

/** Afterwards none of the run's code runs any more. */
export async function terminate(run: string, env: Runs): Promise<void> {
  const instance = await findInstance(run, env);
  if (instance !== null && !(await hasEnded(instance))) await instance.terminate();
}
