import { readdirSync, readFileSync } from "node:fs";

/** Resident memory of all workerd processes that this process has started, in MiB. Null where there is no `/proc`. */
export function readWorkerdMib(): number | null {
  try {
    const mine = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isMine(pid));
    return mine.reduce((sum, pid) => sum + readResidentMib(pid), 0);
  } catch {
    return null;
  }
}

function isMine(pid: string): boolean {
  const status = read(pid);
  return /^Name:\s+workerd/m.test(status) && new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status);
}

function readResidentMib(pid: string): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(pid))?.[1] ?? 0) / 1_024;
}

/** A process may end while it is read. */
function read(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
}
