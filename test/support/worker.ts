/**
 * The Worker as it is deployed: the built bundle in workerd, reached over real sockets. There is no development proxy
 * and no mocked fetch.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { createClientKey, formatClientKey, hashSecret } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";
import type { Policy } from "../../src/access/policy.ts";

const BUNDLE = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const ASSETS = fileURLToPath(new URL("../../assets", import.meta.url));

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface RunningWorker {
  /** Without a slash at the end. */
  readonly url: string;
  /** Every structured line it has written so far. */
  readonly lines: readonly LogLine[];
  /** All of its output, unchanged. */
  readonly output: () => string;
  /** Waits until a line fits. */
  waitForLine(fits: (line: LogLine) => boolean): Promise<LogLine>;
  /** Puts a client into the directory and returns its key. */
  addClient(policy?: Partial<Policy>): Promise<string>;
  removeClient(key: string): Promise<void>;
  /** Stores a policy that tokens can name. */
  putPolicy(name: string, policy?: Partial<Policy>): Promise<void>;
  /** Stores any record in the directory, even a malformed one. */
  putRecord(key: string, value: unknown): Promise<void>;
  /** Fires a cron trigger; resolves when its tasks have ended. */
  fire(cron: string, scheduledAt: number): Promise<void>;
  close(): Promise<void>;
}

/** The requests a minute of each rate limit: so many that no test reaches them by accident. */
const GENEROUS = { RATE_LOW: 100_000, RATE_STANDARD: 100_000, RATE_HIGH: 100_000, RATE_FAILED: 100_000 };

export type RateLimits = Readonly<Partial<typeof GENEROUS>>;

const EVERYTHING: Policy = {
  name: "test",
  scopes: ["read", "edit", "generate", "publish", "ideas", "admin", "pipelines", "operator"],
  agents: "*",
  origins: [],
  expiresAt: null,
};

export interface WorkerOptions {
  /** A bundle to use instead of the built one. */
  readonly bundle?: string;
  /** A module in front of the bundle, which it imports as `./bundle.js`; it can replace a class. */
  readonly front?: string;
  readonly rateLimits?: RateLimits;
  /** A folder for what it stores, to start another Worker on. Default: gone when it is closed. */
  readonly persist?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Is given all of its output, too. */
  readonly take?: (text: string) => void;
}

export async function startWorker(
  vars: Readonly<Record<string, string>>,
  {
    bundle = readFileSync(BUNDLE, "utf8"),
    front,
    rateLimits = {},
    persist,
    port = 0,
    take: alsoTake,
  }: WorkerOptions = {},
): Promise<RunningWorker> {
  const lines: LogLine[] = [];
  let output = "";
  let wake = () => {};
  const take = (text: string) => {
    output += `${text}\n`;
    alsoTake?.(text);
    for (const line of text.split("\n")) {
      if (line.startsWith('{"level"')) lines.push(JSON.parse(line));
    }
    wake();
  };
  const worker = new Miniflare(
    convertV4MiniflareOptions({
      modules: [
        ...(front === undefined ? [] : [{ type: "ESModule" as const, path: "index.js", contents: front }]),
        { type: "ESModule", path: "bundle.js", contents: bundle },
      ],
      compatibilityDate: "2026-10-01",
      compatibilityFlags: ["enable_request_signal"],
      bindings: { ...vars },
      ...(persist === undefined ? {} : { resourcePersistencePath: persist }),
      assets: { directory: ASSETS, binding: "ASSETS", run_worker_first: true, routerConfig: { has_user_worker: true } },
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
        CLIENT_CHANGES: { className: "ClientChanges", useSQLite: true },
        INCOMING: { className: "IncomingDeliveries", useSQLite: true },
        NOTIFICATIONS: { className: "NotificationList", useSQLite: true },
        CHARGES: { className: "ChargesSwitch", useSQLite: true },
        AUDIT: { className: "AuditLog", useSQLite: true },
        GEN_HEALTH: { className: "GenHealth", useSQLite: true },
      },
      ratelimits: toBindings({ ...GENEROUS, ...rateLimits }),
      workflows: { RUNS: { name: "gen-edge-runs", className: "PipelineRun" } },
      unsafeDirectSockets: [{ host: "127.0.0.1", port }],
      handleStructuredLogs: ({ message }: { message: string }) => take(message),
    }),
  );
  await worker.ready;
  const url = (await worker.unsafeGetDirectURL()).href.replace(/\/$/, "");
  const clients = await worker.getKVNamespace("CLIENTS");
  return {
    url,
    lines,
    output: () => output,
    async waitForLine(fits) {
      for (;;) {
        const line = lines.find(fits);
        if (line) return line;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async addClient(policy = {}) {
      const key = createClientKey();
      const record: ClientRecord = { ...EVERYTHING, ...policy, secretHash: await hashSecret(key.secret) };
      await clients.put(key.id, JSON.stringify(record));
      return formatClientKey(key);
    },
    removeClient: (key) => clients.delete(key.split("_")[1] ?? ""),
    putPolicy: (name, policy = {}) =>
      clients.put(`policy:${name}`, JSON.stringify({ ...EVERYTHING, scopes: ["read", "generate"], name, ...policy })),
    putRecord: (key, value) => clients.put(key, JSON.stringify(value)),
    async fire(cron, scheduledAt) {
      await (await worker.getWorker()).scheduled({ cron, scheduledTime: new Date(scheduledAt) });
    },
    close: () => worker.dispose(),
  };
}

function toBindings(limits: Required<RateLimits>) {
  const entries = Object.entries(limits).map(([name, limit]) => {
    return [name, { namespace_id: name, simple: { limit, period: 60 as const } }] as const;
  });
  return Object.fromEntries(entries);
}
