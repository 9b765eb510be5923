/** Runs wrangler without prompts, telemetry, update checks or colours. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");

export function wranglerEnv(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CI: "1",
    FORCE_COLOR: "0",
    NO_COLOR: undefined,
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    CLOUDFLARE_INCLUDE_PROCESS_ENV: "false",
    CLOUDFLARE_LOAD_DEV_VARS_FROM_DOT_ENV: "true",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
    WRANGLER_SEND_METRICS: "false",
    X_LOCAL_OBSERVABILITY: "false",
  };
}

export class WranglerError extends Error {
  override readonly name = "WranglerError";
}

/** Runs one wrangler command and returns its output. Throws a `WranglerError` with its error output. */
export async function runWrangler(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [WRANGLER, ...args], {
    cwd: ROOT,
    env: wranglerEnv(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new WranglerError(`wrangler ${args.slice(0, 3).join(" ")} failed.\n${tidy(stderr || stdout)}`);
  return stdout;
}

/** Removes escape codes, blank lines, and wrangler's hints about its log file and temporary accounts. */
function tidy(output: string): string {
  const lines = stripVTControlCharacters(output).split("\n");
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== "" && !/Logs were written to|--temporary/.test(line))
    .join("\n");
}
