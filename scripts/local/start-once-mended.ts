/** Starts something that fails while the Worker's code holds a mistake: says which, and tries again when that was mended. */
import { watch } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findMistake } from "./check-code.ts";
import { whenStopped } from "./stop-signal.ts";
import { ROOT } from "./wrangler.ts";

/** An editor saves a file in more than one step. */
const SETTLE_MS = 100;

interface Mending {
  readonly signal: AbortSignal;
  readonly onMistake: (mistake: string) => void;
  /** How it has failed already, if it has. */
  readonly failed?: Error;
}

/** Throws what `start` throws when the code is not the reason, and when it was stopped. */
export async function startOnceMended<T>(start: () => Promise<T>, { signal, onMistake, failed }: Mending): Promise<T> {
  for (let failure = failed; ; failure = undefined) {
    // Watched from before the start: what is changed meanwhile is not missed.
    const changes = watchCode();
    try {
      if (failure) throw failure;
      return await start();
    } catch (error) {
      signal.throwIfAborted();
      const mistake = await findMistake();
      if (mistake === null && !changes.isSeen()) throw error;
      if (mistake !== null) {
        onMistake(mistake);
        await Promise.race([changes.seen, whenStopped(signal)]);
        await setTimeout(SETTLE_MS);
      }
    } finally {
      changes.close();
    }
  }
}

function watchCode() {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isSeen = false;
  const see = () => {
    isSeen = true;
    resolve();
  };
  const watchers = [watch(join(ROOT, "src"), { recursive: true }, see), watch(join(ROOT, "wrangler.toml"), see)];
  return {
    /** Resolves at the first change. */
    seen: promise,
    isSeen: () => isSeen,
    close: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}
