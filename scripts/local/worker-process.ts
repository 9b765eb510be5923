/**
 * The Worker under `wrangler dev`, local only. It runs in its own process group, so that stopping it also stops workerd
 * and esbuild, and so that Ctrl-C reaches this process first.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { type Variables, writeEnvFile } from "./dev-vars.ts";
import { LogFeed, parseLogLine } from "./log-feed.ts";
import { ROOT, WRANGLER, wranglerEnv } from "./wrangler.ts";

const READY = /Ready on (http:\/\/\S+)/;
/** Wrangler would wait until the code is mended. */
const NOT_BUILT = /^✘ \[ERROR\] Build failed/;
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
const KEPT_LINES = 40;

export interface WorkerProcess {
  /** Without a trailing slash; the same after a restart. */
  readonly url: string;
  /** Continues after a restart. */
  readonly log: LogFeed;
  /** Resolves when wrangler ends unexpectedly, with the last lines it printed. After a restart it is another promise. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
  /** `kill -9` of the whole process group: no clean shutdown, as when a machine fails. */
  kill(): Promise<void>;
  /** After `kill`, or an unexpected end: starts it again on the same port and the same state. */
  restart(): Promise<void>;
}

export interface WorkerOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly persistTo: string;
  /** An existing folder for wrangler's temporary files: when killed, it can't clean up. Default: the system's. */
  readonly tempFolder?: string;
  /** All that the Worker gets besides `[vars]` of wrangler.toml, which they override. Wrangler does not read `.dev.vars`. */
  readonly variables: Variables;
  /** Receives wrangler's own messages: a failed build, a reload. */
  readonly onNotice?: (text: string) => void;
  /** Cancels the start. */
  readonly signal?: AbortSignal;
}

export async function startWorkerProcess(options: WorkerOptions): Promise<WorkerProcess> {
  const log = new LogFeed();
  let died = Promise.withResolvers<string>();
  const watch = (each: Run) => {
    if (hasDied) died = Promise.withResolvers<string>();
    hasDied = false;
    void each.ended.then((output) => {
      if (each.isStopping) return;
      hasDied = true;
      died.resolve(output);
    });
  };
  let hasDied = false;
  let run = await startRun(options, log);
  const { url } = run;
  watch(run);
  return {
    url,
    log,
    get ended() {
      return died.promise;
    },
    stop: () => stopRun(run),
    kill: () => killRun(run),
    async restart() {
      run = await startRun({ ...options, port: Number(new URL(url).port) }, log);
      watch(run);
      if (run.url === url) return;
      await stopRun(run);
      throw new Error(`The Worker came back at ${run.url} instead of ${url}.`);
    },
  };
}

/** One process, from start to end. */
interface Run {
  readonly url: string;
  readonly child: ChildProcess;
  readonly ended: Promise<string>;
  isStopping: boolean;
}

async function startRun(options: WorkerOptions, log: LogFeed): Promise<Run> {
  options.signal?.throwIfAborted();
  const { port, persistTo, tempFolder, variables, onNotice = () => {}, signal } = options;
  const envFile = join(persistTo, "variables.env");
  writeEnvFile(envFile, variables);
  const child = spawn(process.execPath, [WRANGLER, ...toArguments(port, persistTo), "--env-file", envFile], {
    cwd: ROOT,
    env: { ...wranglerEnv(), ...(tempFolder === undefined ? {} : { TMPDIR: tempFolder }) },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const recent: string[] = [];
  let isStarting = true;
  const ended = new Promise<string>((resolve) => child.once("close", () => resolve(recent.join("\n"))));
  void ended.then(() => rmSync(envFile, { force: true }));
  try {
    const url = await new Promise<string>((resolve, reject) => {
      readLines(child, (text) => {
        const line = parseLogLine(text);
        if (line) return log.push(line);
        recent.push(text);
        if (recent.length > KEPT_LINES) recent.shift();
        if (isStarting && NOT_BUILT.test(text)) void stopGroup(child, ended);
        const [, ready] = READY.exec(text) ?? [];
        if (ready) resolve(ready.replace(/\/$/, ""));
        else onNotice(text);
        if (ready) isStarting = false;
      });
      child.once("error", reject);
      signal?.addEventListener("abort", () => reject(new Error("Stopped.")), { once: true });
      void ended.then((output) => reject(new Error(`The Worker did not start.\n${output}`)));
      setTimeout(() => reject(new Error("The Worker did not start in a minute.")), READY_TIMEOUT_MS).unref();
    });
    return { url, child, ended, isStopping: false };
  } catch (error) {
    await stopGroup(child, ended);
    throw error;
  }
}

function toArguments(port: number, persistTo: string): string[] {
  const args = ["dev", "--local", "--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0"];
  return [...args, "--persist-to", persistTo, "--show-interactive-dev-session=false"];
}

function readLines(child: ChildProcess, onLine: (text: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on("line", (text) => onLine(stripVTControlCharacters(text)));
  }
}

async function stopRun(run: Run): Promise<void> {
  run.isStopping = true;
  await stopGroup(run.child, run.ended);
}

async function killRun(run: Run): Promise<void> {
  run.isStopping = true;
  signalGroup(run.child, "SIGKILL");
  await run.ended;
}

async function stopGroup(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  signalGroup(child, "SIGTERM");
  const timer = setTimeout(() => signalGroup(child, "SIGKILL"), STOP_TIMEOUT_MS);
  if (child.pid !== undefined) await ended;
  clearTimeout(timer);
  signalGroup(child, "SIGKILL");
}

/** The group exists until its last process ends; signalling an empty group is an error to ignore. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is empty.
  }
}
