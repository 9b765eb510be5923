/**
 * A pipeline's run that waits for something to end. The event carries no news: it is a bell, whoever hears it looks for
 * himself. So it may ring twice, late, or for nothing.
 */
export interface Listener {
  /** The instance of the Workflow. */
  readonly run: string;
  /** The type of the event that it waits for. */
  readonly event: string;
}

/** Throws when the bell could not be rung. A run that is gone needs none. */
export async function ring({ run, event }: Listener, env: Pick<Env, "RUNS">): Promise<void> {
  try {
    const instance = await env.RUNS.get(run);
    await instance.sendEvent({ type: event, payload: null });
  } catch (error) {
    if (!String(error).includes("instance.not_found")) throw error;
  }
}
