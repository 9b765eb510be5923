/**
 * The built Worker in processes of its own, on a state that survives them: the whole process group is killed at once,
 * as when a machine dies, and is started again on the same state and port. There is no development proxy in front.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Policy } from "../../src/access/policy.ts";
import type { Answered, Asked } from "./crashable-worker-child.ts";
import { eventually } from "./durable-calls.ts";
import type { LogLine } from "./worker.ts";

const BUNDLE = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const CHILD = fileURLToPath(new URL("./crashable-worker-child.ts", import.meta.url));

/** Tasks of a cron trigger have less to do in a test. */
const FIRE_MS = 15_000;

export interface CrashableWorker {
  /** Without a slash at the end; the same after a restart. */
  readonly url: string;
  /** A client key with every scope and agent, but for what the policy says otherwise. */
  readonly key: string;
  /** The folder of all that it stores. */
  readonly state: string;
  /** Puts a client into the directory and returns its key. */
  addClient(policy?: Partial<Policy>): Promise<string>;
  /**
   * Fires a cron trigger, one after the other; resolves when its tasks have ended. Throws when it is killed meanwhile, or
   * does not answer in time; then it fires nothing any more until it is started again.
   */
  fire(cron: string, scheduledAt: number): Promise<void>;
  /** All of its output so far, each line with its time before it. What was under way when it was killed is lost. */
  output(): string;
  /** The structured lines of it. */
  lines(): TimedLine[];
  /** Sends `kill -9` to the whole process group; resolves once the port does not answer any more. */
  kill(): Promise<void>;
  /** Starts it again on the same state; resolves once it answers. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** When it was written, in milliseconds since the epoch. */
export type TimedLine = LogLine & { readonly at: number };

export async function startCrashableWorker(
  vars: Readonly<Record<string, string>>,
  policy: Partial<Policy> = {},
): Promise<CrashableWorker> {
  const folder = await mkdtemp(join(tmpdir(), "gen-edge-crash-"));
  const [state, log, bundle] = [join(folder, "state"), join(folder, "log"), join(folder, "index.js")];
  // The same Worker is started again even if another one has been built meanwhile.
  await cp(BUNDLE, bundle);
  const start = async (port: number) => {
    const child = fork(CHILD, [], { detached: true, execArgv: [] });
    const { url } = await ask(child, { kind: "start", vars, bundle, persist: state, log, port });
    return { child, url };
  };
  const first = await start(0);
  const { url } = first;
  const port = Number(new URL(url).port);
  let { child } = first;
  const addClient = async (policy: Partial<Policy> = {}) => (await ask(child, { kind: "add-client", policy })).key;
  let firing: Promise<unknown> = Promise.resolve();
  let silent: ChildProcess | null = null;
  const fire = async (cron: string, scheduledAt: number) => {
    const fired = firing.then(async () => {
      const asked = child;
      // Its late answer would be taken for that of this question.
      if (asked === silent) throw new Error("The Worker does not answer.");
      const late = AbortSignal.timeout(FIRE_MS);
      await ask(asked, { kind: "fire", cron, scheduledAt }, late).catch((error) => {
        if (late.aborted) silent = asked;
        throw error;
      });
    });
    firing = fired.catch(() => {});
    await fired;
  };
  const output = () => (existsSync(log) ? readFileSync(log, "utf8") : "");
  const kill = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      const closed = once(child, "close");
      process.kill(-(child.pid ?? 0), "SIGKILL");
      await closed;
    }
    await eventually(
      () => isTaken(port),
      (taken) => !taken,
    );
  };
  return {
    url,
    state,
    // Tests ask often.
    key: await addClient({ name: "crash", tier: "high", ...policy }),
    addClient,
    fire,
    output,
    lines: () => output().split("\n").flatMap(toLine),
    kill,
    async restart() {
      child = (await start(port)).child;
    },
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** One question at a time. Throws when the child ends without an answer, or the signal comes before. */
async function ask<Kind extends Asked["kind"]>(
  child: ChildProcess,
  question: Extract<Asked, { kind: Kind }>,
  signal?: AbortSignal,
): Promise<Extract<Answered, { kind: Kind }>> {
  const over = new AbortController();
  const ended = once(child, "exit", { signal: over.signal }).then(() => null);
  ended.catch(() => {});
  // It may have been killed by now: then no event comes any more.
  if (child.exitCode !== null || child.signalCode !== null || !child.connected) throw new Error("The Worker ended.");
  child.send(question, () => {});
  const answer = await Promise.race([once(child, "message", { signal }), ended]);
  over.abort();
  if (answer === null) throw new Error("The Worker ended.");
  return answer[0];
}

function toLine(text: string): TimedLine[] {
  const [, at, line] = /^(\d+) (\{"level".*)$/.exec(text) ?? [];
  return line === undefined ? [] : [{ at: Number(at), ...JSON.parse(line) }];
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
