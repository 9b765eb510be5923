/**
 * The built bundle in workerd with its Durable Objects in files, in front of the simulated GEN; its log is written to a
 * file.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { createClientKey, formatClientKey } from "../../src/access/client-key.ts";
import type { Settings } from "../simulator/settings.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { findWorkerd, toRecord, writeWrapper } from "./workerd.ts";

const BUNDLE = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
/** Enough credits for any benchmark. */
const CREDITS = 1_000_000_000;
/** Times with which GEN settles a job as soon as it is made. */
const AT_ONCE = { pendingMs: 0, processingMs: 0 };

/** A folder in memory, where there is one, so that no disk is waited for. */
const MEMORY = "/dev/shm";

export const WEBHOOK_SECRET = "a-secret-of-the-bench";

export interface DurableWorker {
  readonly gen: Simulator;
  /** Without a slash at the end. */
  readonly url: string;
  readonly clientId: string;
  readonly clientKey: string;
  /** The memory of workerd, in MiB. */
  readonly residentMib: () => number;
  close(): Promise<void>;
}

export interface DurableOptions {
  readonly inMemory?: boolean;
  /** A bundle to use instead of the built one. */
  readonly bundle?: string;
  readonly vars?: Readonly<Record<string, string>>;
}

/** The simulated GEN ends texts at once and never ends videos, unless a benchmark changes that. */
export async function startDurableWorker(
  settings: Partial<Settings> = {},
  { inMemory = false, bundle = readFileSync(BUNDLE, "utf8"), vars = {} }: DurableOptions = {},
): Promise<DurableWorker> {
  const gen = await startSimulator({ settings });
  gen.control.changeSettings({ generationMs: { text: AT_ONCE, video: { pendingMs: 3_600_000 } } });
  gen.control.setOrganization(7, { generic: CREDITS });
  const folder = mkdtempSync(join(inMemory && existsSync(MEMORY) ? MEMORY : tmpdir(), "gen-edge-durable-"));
  process.env.MINIFLARE_WORKERD_PATH = writeWrapper(folder, join(folder, "log"));
  const { api, agent, agentCore } = gen.urls;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: [{ type: "ESModule", path: "index.js", contents: bundle }],
      compatibilityDate: "2026-10-01",
      compatibilityFlags: ["enable_request_signal"],
      bindings: {
        GEN_API_KEY: gen.apiKey,
        GEN_BASE_URL: api,
        GEN_AGENT_BASE_URL: agent,
        GEN_AGENT_CORE_BASE_URL: agentCore,
        GEN_WEBHOOK_SECRET: WEBHOOK_SECRET,
        ...vars,
      },
      kvNamespaces: ["CLIENTS"],
      durableObjects: {
        CALLS: { className: "DurableCall", useSQLite: true },
        GENERATIONS: { className: "GenerationTracker", useSQLite: true },
        OPEN_CALLS: { className: "OpenCalls", useSQLite: true },
        ACTIVITY: { className: "Activity", useSQLite: true },
        ACCOUNTS: { className: "ClientAccount", useSQLite: true },
        LEDGER: { className: "Ledger", useSQLite: true },
        PIPELINES: { className: "PipelineRuns", useSQLite: true },
        DELIVERIES: { className: "NotificationDelivery", useSQLite: true },
        INCOMING: { className: "IncomingDeliveries", useSQLite: true },
        NOTIFICATIONS: { className: "NotificationList", useSQLite: true },
        CHARGES: { className: "ChargesSwitch", useSQLite: true },
        AUDIT: { className: "AuditLog", useSQLite: true },
        GEN_HEALTH: { className: "GenHealth", useSQLite: true },
      },
      workflows: { RUNS: { name: "gen-edge-runs", className: "PipelineRun" } },
      resourcePersistencePath: join(folder, "storage"),
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    }),
  );
  await miniflare.ready.finally(() => delete process.env.MINIFLARE_WORKERD_PATH);
  const pid = findWorkerd();
  const key = createClientKey();
  await (await miniflare.getKVNamespace("CLIENTS")).put(key.id, JSON.stringify(await toRecord(key.secret)));
  return {
    gen,
    url: (await miniflare.unsafeGetDirectURL()).href.replace(/\/$/, ""),
    clientId: key.id,
    clientKey: formatClientKey(key),
    residentMib: () => readResidentMib(pid),
    async close() {
      await miniflare.dispose();
      await gen.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function readResidentMib(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) / 1_024;
}
