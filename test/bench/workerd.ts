/** What the benchmark needs to know of the workerd that Miniflare has started, and how a client is added. */
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { hashSecret } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";

/**
 * Miniflare reads workerd's output line by line in this process. A file costs workerd less, and this process nothing.
 */
export function writeWrapper(folder: string, logFile: string): string {
  const require = createRequire(import.meta.url);
  const workerd = require("workerd") as { default: string };
  const wrapper = join(folder, "workerd.sh");
  writeFileSync(wrapper, `#!/bin/sh\nexec '${workerd.default}' "$@" >>'${logFile}' 2>&1\n`);
  chmodSync(wrapper, 0o755);
  return wrapper;
}

export async function toRecord(secret: string): Promise<ClientRecord> {
  return {
    name: "bench",
    scopes: ["read", "edit", "generate", "publish", "ideas", "admin"],
    agents: "*",
    origins: [],
    expiresAt: null,
    secretHash: await hashSecret(secret),
  };
}

/** The newest child of this process that is called workerd. */
export function findWorkerd(): number {
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
