/**
 * The built bundle and the bare Worker side by side in one workerd, each on a socket of its own: no development proxy
 * in front. What they log goes to a file, so that nobody has to keep up with reading it.
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";
import { BARE_WORKER } from "./bare-worker.ts";

const BUNDLE = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const API_KEY = "gen_pat_bench_0123456789";

export interface Workers {
  /** Without a slash at the end. */
  readonly urls: { readonly edge: string; readonly bare: string };
  readonly clientKey: string;
  /** Of workerd. */
  readonly pid: number;
  readonly logBytes: () => number;
  close(): Promise<void>;
}

/** `origin` is GEN's, without `/v1`. */
export async function startWorkers(
  origin: string,
  { apiKey = API_KEY, vars = {} }: { apiKey?: string; vars?: Readonly<Record<string, string>> } = {},
): Promise<Workers> {
  const folder = mkdtempSync(join(tmpdir(), "gen-edge-bench-"));
  const logFile = join(folder, "log");
  process.env.MINIFLARE_WORKERD_PATH = writeWrapper(folder, logFile);
  const base = `${origin}/v1`;
  const common = {
    compatibilityDate: "2026-10-01",
    compatibilityFlags: ["enable_request_signal"],
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    kvNamespaces: { CLIENTS: "clients" },
    bindings: {
      GEN_API_KEY: apiKey,
      ORIGIN: origin,
      GEN_BASE_URL: base,
      GEN_AGENT_BASE_URL: base,
      GEN_AGENT_CORE_BASE_URL: base,
      ...vars,
    },
  };
  const script = (name: string, contents: string) => ({
    ...common,
    name,
    modules: [{ type: "ESModule" as const, path: "index.js", contents }],
  });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers: [script("edge", readFileSync(BUNDLE, "utf8")), script("bare", BARE_WORKER)],
    }),
  );
  await miniflare.ready;
  const url = async (name: string) => (await miniflare.unsafeGetDirectURL(name)).href.replace(/\/$/, "");
  const key = createClientKey();
  const clients = await miniflare.getKVNamespace("CLIENTS", "edge");
  await clients.put(key.id, JSON.stringify(await toRecord(key.secret)));
  return {
    urls: { edge: await url("edge"), bare: await url("bare") },
    clientKey: formatClientKey(key),
    pid: findWorkerd(),
    logBytes: () => statSync(logFile).size,
    async close() {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Miniflare reads workerd's output line by line in this process; a file costs workerd less and this process nothing. */
function writeWrapper(folder: string, logFile: string): string {
  const require = createRequire(import.meta.url);
  const workerd = require("workerd") as { default: string };
  const wrapper = join(folder, "workerd.sh");
  writeFileSync(wrapper, `#!/bin/sh\nexec '${workerd.default}' "$@" >>'${logFile}' 2>&1\n`);
  chmodSync(wrapper, 0o755);
  return wrapper;
}

async function toRecord(secret: string): Promise<ClientRecord> {
  return {
    name: "bench",
    scopes: ["read", "edit", "generate", "publish", "ideas", "admin"],
    agents: "*",
    origins: [],
    expiresAt: null,
    secretHash: await hashSecret(secret),
  };
}

/** The youngest child of this process that is called workerd. */
function findWorkerd(): number {
  const pids = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const [youngest] = pids.filter(isOurWorkerd).sort((a, b) => b - a);
  if (youngest === undefined) throw new Error("No workerd among this process's children.");
  return youngest;
}

function isOurWorkerd(pid: number): boolean {
  try {
    const [, name, , parent] = /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return name === "workerd" && Number(parent) === process.pid;
  } catch {
    return false;
  }
}
