/**
 * The built bundle, the bare Worker and the floor side by side in one workerd, each on a socket of its own: no
 * development proxy in front. What they log goes to a file, so that nobody has to keep up with reading it.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import { BARE_WORKER, FLOOR_WORKER } from "./bare-worker.ts";
import { findWorkerd, toRecord, writeWrapper } from "./workerd.ts";

const BUNDLE = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const API_KEY = "gen_pat_bench_0123456789";

export interface Workers {
  /** Without a slash at the end. */
  readonly urls: { readonly edge: string; readonly bare: string; readonly floor: string };
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
      workers: [
        script("edge", readFileSync(BUNDLE, "utf8")),
        script("bare", BARE_WORKER),
        script("floor", FLOOR_WORKER),
      ],
    }),
  );
  await miniflare.ready.finally(() => delete process.env.MINIFLARE_WORKERD_PATH);
  const url = async (name: string) => (await miniflare.unsafeGetDirectURL(name)).href.replace(/\/$/, "");
  const key = createClientKey();
  const clients = await miniflare.getKVNamespace("CLIENTS", "edge");
  await clients.put(key.id, JSON.stringify(await toRecord(key.secret)));
  return {
    urls: { edge: await url("edge"), bare: await url("bare"), floor: await url("floor") },
    clientKey: formatClientKey(key),
    pid: findWorkerd(),
    logBytes: () => statSync(logFile).size,
    async close() {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
