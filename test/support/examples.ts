/** Runs what `examples/` holds as its reader does: as a process of its own, with its settings in the environment. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { eventually } from "./durable-calls.ts";

export interface RunningExample {
  /** What it has printed so far, standard error included. */
  readonly output: () => string;
  /** Waits until it has printed that; resolves with the first group. */
  prints(pattern: RegExp): Promise<string>;
  /** Its exit code once it has ended; null when it was killed. */
  ended(): Promise<number | null>;
  /** As when its machine dies. */
  kill(): Promise<void>;
}

export function startExample(path: string, env: Readonly<Record<string, string>>): RunningExample {
  const script = fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [script], { env: { ...process.env, ...env } });
  const closed = once(child, "close") as Promise<[number | null]>;
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (text) => {
      output += String(text);
    });
  return {
    output: () => output,
    async prints(pattern) {
      await eventually(
        () => output,
        (text) => pattern.test(text) || child.exitCode !== null,
      );
      const [all, group = all] = pattern.exec(output) ?? [];
      if (group === undefined) throw new Error(`It has ended without printing ${pattern}:\n${output}`);
      return group;
    },
    ended: async () => (await closed)[0],
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
