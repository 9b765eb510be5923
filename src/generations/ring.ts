import type { Listener } from "./listener.ts";

/**
 * Wakes a run. The event carries no news: it is a bell, whoever hears it looks for himself, so it may ring twice, late,
 * or for nothing. Throws when it could not be rung. A run that is gone needs none.
 */
export async function ring({ run, event }: Listener, env: Pick<Env, "RUNS">): Promise<void> {
  try {
    const instance = await env.RUNS.get(run);
    await instance.sendEvent({ type: event, payload: null });
  } catch (error) {
    if (!String(error).includes("instance.not_found")) throw error;
  }
}
