/**
 * The Worker under `wrangler dev` on a state that survives it: its whole process group is killed at once, as when a
 * machine dies, and it is started again on the same state and port.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { writeEnvFile } from "../../scripts/local/dev-vars.ts";
import { createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";
import { eventually } from "./durable-calls.ts";
import { findFreePort } from "./free-port.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
const READY = /Ready on http/;
const START_LIMIT_MS = 30_000;

const OPERATOR: Omit<ClientRecord, "secretHash"> = {
  name: "crash",
  scopes: ["read", "edit", "generate", "publish", "ideas", "pipelines", "operator"],
  agents: "*",
  origins: [],
  expiresAt: null,
  // Tests ask often.
  tier: "high",
};

export interface CrashableWorker {
  /** Without a slash at the end; the same after a restart. */
  readonly url: string;
  /** A client key with nearly every scope, and every agent, but for what the policy says otherwise. */
  readonly key: string;
  /** Sends `kill -9` to the whole process group; resolves once the port does not answer any more. */
  kill(): Promise<void>;
  /** Starts it again on the same state; resolves once it answers. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function startCrashableWorker(
  vars: Readonly<Record<string, string>>,
  policy: Partial<ClientRecord> = {},
): Promise<CrashableWorker> {
  const folder = await mkdtemp(join(tmpdir(), "gen-edge-crash-"));
  // A copy of the bundle: wrangler would reload the Worker in the middle of a test when another test builds it.
  await mkdir(join(folder, "worker"));
  await cp(join(ROOT, "dist/index.js"), join(folder, "worker/index.js"));
  const state = join(folder, "state");
  const key = await addClient(state, policy);
  const first = await startFirst({ folder, state, vars });
  const { port } = first;
  let { child } = first;
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
    url: `http://127.0.0.1:${port}`,
    key,
    kill,
    async restart() {
      child = await start({ folder, state, port, vars });
    },
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** wrangler takes no port 0. A port that was free can be taken until it is used: then there is another. */
async function startFirst(given: Omit<Start, "port">): Promise<{ child: ChildProcess; port: number }> {
  const port = await findFreePort();
  try {
    return { child: await start({ ...given, port }), port };
  } catch (error) {
    if (!String(error).includes("Address already in use")) throw error;
    return startFirst(given);
  }
}

interface Start {
  readonly folder: string;
  readonly state: string;
  readonly port: number;
  readonly vars: Readonly<Record<string, string>>;
}

async function start({ folder, state, port, vars }: Start): Promise<ChildProcess> {
  const envFile = join(folder, "variables.env");
  writeEnvFile(envFile, vars);
  const args = [
    "dev",
    join(folder, "worker/index.js"),
    "--no-bundle",
    "--config",
    join(ROOT, "wrangler.toml"),
    "--local",
  ];
  args.push("--ip", "127.0.0.1", "--port", String(port), "--inspector-port", "0", "--persist-to", state);
  args.push("--show-interactive-dev-session=false", "--env-file", envFile);
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    env: wranglerEnv(),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  await ready(child);
  return child;
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    const take = (chunk: Buffer) => {
      output += chunk;
      if (!READY.test(output)) return;
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => reject(new Error(`The Worker did not start.\n${output}`)), START_LIMIT_MS);
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("close", () => reject(new Error(`The Worker ended.\n${output}`)));
  });
}

async function addClient(state: string, policy: Partial<ClientRecord>): Promise<string> {
  const key = createClientKey();
  const record: ClientRecord = { ...OPERATOR, ...policy, secretHash: await hashSecret(key.secret) };
  const args = ["kv", "key", "put", key.id, JSON.stringify(record), "--binding", "CLIENTS", "--local"];
  await promisify(execFile)(process.execPath, [WRANGLER, ...args, "--persist-to", state], {
    cwd: ROOT,
    env: wranglerEnv(),
  });
  return formatClientKey(key);
}

function wranglerEnv(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CI: "1",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
    WRANGLER_SEND_METRICS: "false",
    X_LOCAL_OBSERVABILITY: "false",
  };
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
