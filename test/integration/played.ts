/** For runs that are played: nothing is started, woken or ended in the Workflows' own engine. `vi.mock` takes these. */
import type { Listener } from "../../src/generations/state.ts";

/** Each bell that was rung. */
export const bells: Listener[] = [];
/** What happens when one is to be rung. */
export const bellRope: { pull: (listener: Listener) => Promise<void> } = { pull: async () => {} };

export const ringing = {
  ring: async (listener: Listener) => {
    await bellRope.pull(listener);
    bells.push(listener);
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
  bells.length = 0;
  bellRope.pull = async () => {};
  engine.launched.length = 0;
  engine.poked.length = 0;
  engine.terminated.length = 0;
  Object.assign(engine, calm);
}
