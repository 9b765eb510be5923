/** For runs that are played: nothing is started, woken or ended in the Workflows' own engine. `vi.mock` takes these. */
import type { Listener } from "../../src/generations/state.ts";

/** Each run that was woken. */
export const woken: Listener[] = [];
/** What happens when one is to be woken. */
export const waking: { wake: (listener: Listener) => Promise<void> } = { wake: async () => {} };

export const wakers = {
  wakeRun: async (listener: Listener) => {
    await waking.wake(listener);
    woken.push(listener);
  },
};

/** What the engine does, and what it was asked for. */
export const engine = {
  launched: [] as string[],
  poked: [] as string[],
  terminated: [] as string[],
  launch: async (_run: string): Promise<void> => {},
  poke: async (_run: string): Promise<"poked" | "ended" | "missing"> => "poked",
  terminate: async (_run: string): Promise<void> => {},
};

const calm = { launch: engine.launch, poke: engine.poke, terminate: engine.terminate };

export const instances = {
  launch: async ({ run }: { run: string }) => {
    engine.launched.push(run);
    await engine.launch(run);
  },
  poke: async (run: string) => {
    engine.poked.push(run);
    return engine.poke(run);
  },
  terminate: async (run: string) => {
    engine.terminated.push(run);
    await engine.terminate(run);
  },
};

/** Before each test. */
export function calmDown(): void {
  woken.length = 0;
  waking.wake = async () => {};
  engine.launched.length = 0;
  engine.poked.length = 0;
  engine.terminated.length = 0;
  Object.assign(engine, calm);
}
