import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildAssets } from "../../scripts/build-assets.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");

/** Runs wrangler offline in the project's folder; returns its output. */
export function runWrangler(...args: readonly string[]): string {
  const env = { ...process.env, CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" };
  return execFileSync(process.execPath, [WRANGLER, ...args], { cwd: ROOT, env, encoding: "utf8" });
}

/** Builds the Worker into `dist/` as a deployment does. */
export function buildWorker(): string {
  buildAssets();
  return runWrangler("deploy", "--dry-run", "--minify", "--outdir", "dist");
}
