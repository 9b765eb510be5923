/** Stand-ins for the Workflows' engine, for `vi.mock`: no run is started, woken or ended in the real one. */
import type { Listener } from "../../src/generations/state.ts";

/** Each listener that was woken, in order. */
export const woken: Listener[] = [];
/** Runs when a run is to be woken; a test can make it fail. */
export const waking: { wake: (listener: Listener) => Promise<void> } = { wake: async () => {} };

export const wakers = {
  wakeRun: async (listener: Listener) => {
    await waking.wake(listener);
    woken.push(listener);
  },
};

/** The engine's behaviour, and the calls that it got. */
export const engine = {
  launched: [] as string[],
  relaunched: [] as string[],
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
  relaunch: async ({ run }: { run: string }) => {
    engine.relaunched.push(run);
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

/** Resets all of it; to be called before each test. */
export function calmDown(): void {
  woken.length = 0;
  waking.wake = async () => {};
  engine.launched.length = 0;
  engine.relaunched.length = 0;
  engine.poked.length = 0;
  engine.terminated.length = 0;
  Object.assign(engine, calm);
}
