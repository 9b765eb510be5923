/**
 * A workerd by itself, and the CPU time that it has used. Its output goes to a file, so that reading it does not slow
 * down anything.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { KV_FILE, KV_STAND_IN, toWorkerdConfig, WORKER_FILE, type WorkerSetup } from "./workerd-config.ts";

export interface WorkerdProcess {
  /** Without a slash at the end. */
  readonly url: string;
  readonly pid: number;
  close(): Promise<void>;
}

/** The file descriptor on which workerd reports its port. */
const CONTROL_FD = 3;

/** Creates `folder` for its files. Throws with its output when it does not start. */
export async function startWorkerd(setup: WorkerSetup, folder: string): Promise<WorkerdProcess> {
  mkdirSync(folder);
  const [config, logFile] = [join(folder, "config.capnp"), join(folder, "log")];
  writeFileSync(join(folder, WORKER_FILE), setup.script);
  writeFileSync(join(folder, KV_FILE), KV_STAND_IN);
  writeFileSync(config, toWorkerdConfig(setup));

  const { default: workerd } = createRequire(import.meta.url)("workerd") as { default: string };
  const log = openSync(logFile, "a");
  const options = ["serve", `--control-fd=${CONTROL_FD}`, config];
  const child = spawn(workerd, options, { stdio: ["ignore", log, log, "pipe"] });
  closeSync(log);
  const exited = once(child, "exit");
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);

  const port = await readPort(child.stdio[CONTROL_FD] as Readable);
  if (port === null || child.pid === undefined) throw new Error(readFileSync(logFile, "utf8"));
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    async close() {
      process.off("exit", kill);
      kill();
      await exited;
    },
  };
}

/** Null when workerd ends before it listens. */
async function readPort(control: Readable): Promise<number | null> {
  for await (const line of createInterface(control)) {
    const { event, port } = JSON.parse(line);
    if (event === "listen") return port;
  }
  return null;
}

/** The CPU time of all its threads so far, in nanoseconds: `/proc/<pid>/stat` only has hundredths of a second. */
export function readCpuNs(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  return readdirSync(tasks).reduce((sum, thread) => sum + readThreadNs(`${tasks}/${thread}/schedstat`), 0);
}

function readThreadNs(file: string): number {
  return Number(readFileSync(file, "utf8").split(" ")[0]);
}
