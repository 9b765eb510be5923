/** Runs a script of this folder in its own process, so that it does not share a thread with the measurement. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export async function startChild(name: string): Promise<{ process: ChildProcess; hello: unknown }> {
  const child = fork(fileURLToPath(new URL(name, import.meta.url)));
  const [hello] = await once(child, "message");
  return { process: child, hello };
}
