import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDER = join(ROOT, ".wrangler/test");

/**
 * Copies wrangler.toml into a folder of its own and returns the copy's path: beside the original, tests would be given
 * what a developer has in `.dev.vars`.
 */
export function copyConfig(): string {
  const text = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  const moved = text
    .replace('main = "src/index.ts"', `main = ${JSON.stringify(join(ROOT, "src/index.ts"))}`)
    .replace('directory = "./assets"', `directory = ${JSON.stringify(join(ROOT, "assets"))}`);
  mkdirSync(FOLDER, { recursive: true });
  const path = join(FOLDER, "wrangler.toml");
  writeFileSync(path, moved);
  return path;
}
