import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beside, judged, type Row, type Section } from "./section.ts";
import { buildWorker, runWrangler } from "./wrangler.ts";

const GOAL_KIB = 100;

export const size: Section = {
  name: "size",
  how:
    "`wrangler deploy --dry-run --minify`, and `wrangler check startup` (which profiles the bundle unminified, on this " +
    "machine, sampling every few milliseconds; Cloudflare's limit is 1 s).",
  run: async () => [toSize(buildWorker()), toStartup(checkStartup())],
};

function toSize(output: string): Row {
  const [, kib] = /gzip: ([\d.]+) KiB/.exec(output) ?? [];
  if (kib === undefined) throw new Error(`No size in what wrangler printed:\n${output}`);
  return judged("Bundle, gzipped", `${kib} KiB`, { goal: `≤ ${GOAL_KIB} KiB`, met: Number(kib) <= GOAL_KIB });
}

function toStartup(output: string): Row {
  const [, active] = /Active: ([\d.]+ ms)/.exec(output) ?? [];
  if (active === undefined) throw new Error(`No startup time in what wrangler printed:\n${output}`);
  return beside("Startup, active time", active);
}

function checkStartup(): string {
  const folder = mkdtempSync(join(tmpdir(), "gen-edge-startup-"));
  try {
    return runWrangler("check", "startup", "--outfile", join(folder, "startup.cpuprofile"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
