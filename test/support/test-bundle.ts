/**
 * The Worker built as a deployment builds it, but with `test-pipelines.ts` where an owner's `src/app/pipelines.ts`
 * would be. Nothing else differs, and nothing of it ships.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = "dist/test-pipelines";
const REPLACED = "./app/pipelines.ts";

export function buildTestBundle(): void {
  const args = [
    "wrangler",
    "deploy",
    "--dry-run",
    "--minify",
    "--outdir",
    FOLDER,
    "--alias",
    `${REPLACED}:./test/support/test-pipelines.ts`,
  ];
  const env = { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false" };
  execFileSync("npx", args, { cwd: ROOT, env, stdio: ["ignore", "ignore", "inherit"] });
}

export function readTestBundle(): string {
  return readFileSync(new URL("../../dist/test-pipelines/index.js", import.meta.url), "utf8");
}
