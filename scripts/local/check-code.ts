/**
 * Finds the mistake in the Worker's code because of which it can't be built, or throws as it is loaded. The definitions
 * of pipelines and webhook sources are tried in a Node of their own: workerd would tell a line of the bundle only.
 */
import { execFile } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type BuildFailure, build } from "esbuild";
import { findPlace } from "./find-place.ts";
import { ROOT } from "./wrangler.ts";

/** One line: where, if that is known, and what. */
type Mistake = string;

const TRY_TIMEOUT_MS = 20_000;

/** Prints the cron expressions of all pipelines, or what was thrown. */
const TRY = `
try {
  const { PIPELINES } = await import(process.argv[1]);
  const triggers = PIPELINES.flatMap(({ name, triggers }) => triggers.map((trigger) => ({ pipeline: name, ...trigger })));
  console.log(JSON.stringify({ crons: triggers.flatMap(({ pipeline, cron }) => (cron ? [{ pipeline, cron }] : [])) }));
} catch (error) {
  console.log(JSON.stringify({ thrown: String(error), stack: error?.stack ?? "", code: error?.code ?? null }));
}
process.exit(0);`;

interface Schedule {
  readonly pipeline: string;
  readonly cron: string;
}

type Tried =
  | { readonly crons: readonly Schedule[] }
  | { readonly thrown: string; readonly stack: string; readonly code: string | null };

/** Null when the code can be built and loaded, or can't be judged outside of the Worker. */
export async function findMistake(): Promise<Mistake | null> {
  const tried = await tryDefinitions();
  if (typeof tried === "string") return tried;
  if (tried === null || "crons" in tried || tried.code === "ERR_UNSUPPORTED_ESM_URL_SCHEME") return null;
  const text = oneLine(tried.thrown).replace(/^Error: /, "");
  return [findPlace(tried.stack), text].filter((part) => part !== null).join(": ");
}

/** A sentence for each schedule that wrangler.toml has no trigger for: it looks right, and never starts anything. */
export async function findIdleSchedules(): Promise<Mistake[]> {
  const tried = await tryDefinitions();
  if (tried === null || typeof tried === "string" || !("crons" in tried) || tried.crons.length === 0) return [];
  // Loaded here alone, because it takes seconds.
  const { unstable_readConfig } = await import("wrangler");
  const { triggers } = unstable_readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  return tried.crons
    .filter(({ cron }) => !triggers.crons?.includes(cron))
    .map(({ pipeline, cron }) => {
      const place = findText(`"${cron}"`) ?? "src/app";
      return `${place}: nothing fires the cron "${cron}" of ${pipeline}: it is not among the crons in wrangler.toml.`;
    });
}

/** The first fault of the build; else what came of loading the definitions; null when nothing did. */
async function tryDefinitions(): Promise<Tried | Mistake | null> {
  const folder = mkdtempSync(join(tmpdir(), "gen-edge-check-"));
  try {
    await bundle("src/index.ts", { write: false });
    const outfile = join(folder, "pipelines.mjs");
    await bundle("src/app/pipelines.ts", { outfile });
    const args = ["--enable-source-maps", "--input-type=module", "-e", TRY, pathToFileURL(outfile).href];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: TRY_TIMEOUT_MS });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "null");
  } catch (error) {
    return isBuildFailure(error) ? describeFailure(error) : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Like wrangler. */
async function bundle(entry: string, to: { write: false } | { outfile: string }): Promise<void> {
  await build({
    ...to,
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    format: "esm",
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
    sourcemap: "inline",
    logLevel: "silent",
  });
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}

function describeFailure({ errors: [first] }: BuildFailure): Mistake {
  if (!first) return "The code can't be built.";
  const { location, text } = first;
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

function findText(text: string): string | null {
  for (const path of globSync("src/app/**/*.ts", { cwd: ROOT })) {
    const index = readFileSync(join(ROOT, path), "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text));
    if (index >= 0) return `${path}:${index + 1}`;
  }
  return null;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
