/**
 * Builds `assets/`, the files that the Worker serves: the OpenAPI document, the translated texts, the documentation
 * page with its library from node_modules, the set-up page, and the console. Run before the Worker is started, built or
 * deployed.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createDocument } from "../openapi/document.ts";
import { buildConsole } from "./build-console.ts";
import { runPlainCommand } from "./terminal/command-line.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const TO = join(ROOT, "assets");
const TRANSLATIONS = join(ROOT, "translations");
const PAGE = join(ROOT, "scripts/docs-page");
const SETUP = join(ROOT, "scripts/setup-page");
const LIBRARY = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

const FILES: Readonly<Record<string, string>> = {
  "docs.html": join(PAGE, "docs.html"),
  "docs/page.css": join(PAGE, "page.css"),
  "docs/own-pages.css": join(PAGE, "own-pages.css"),
  "docs/page.js": join(PAGE, "page.js"),
  "setup.html": join(SETUP, "setup.html"),
  "setup/setup.css": join(SETUP, "setup.css"),
  "setup/setup.js": join(SETUP, "setup.js"),
  "docs/swagger-ui.css": join(LIBRARY, "swagger-ui.css"),
  "docs/swagger-ui-bundle.js": join(LIBRARY, "swagger-ui-bundle.js"),
  "docs/swagger-ui-LICENSE.txt": join(LIBRARY, "LICENSE"),
  "docs/swagger-ui-NOTICE.txt": join(LIBRARY, "NOTICE"),
  "docs/swagger-ui-bundle.js.LICENSE.txt": join(LIBRARY, "swagger-ui-bundle.js.LICENSE.txt"),
};

export function buildAssets(): void {
  for (const folder of ["docs", "messages", "setup", "console"]) mkdirSync(join(TO, folder), { recursive: true });
  writeAsset("openapi.json", Buffer.from(JSON.stringify(createDocument())));
  for (const file of readdirSync(TRANSLATIONS)) writeAsset(`messages/${file}`, readFileSync(join(TRANSLATIONS, file)));
  for (const [name, from] of Object.entries(FILES)) writeAsset(name, readFileSync(from));
  for (const [name, bytes] of buildConsole()) writeAsset(name, bytes);
}

/**
 * Unchanged files are not written, so that file watchers don't restart. Written to a draft and renamed, so that no file
 * is ever incomplete.
 */
function writeAsset(name: string, bytes: Buffer): void {
  const file = join(TO, name);
  if (read(file)?.equals(bytes)) return;
  const draft = `${file}.${process.pid}.draft`;
  writeFileSync(draft, bytes);
  renameSync(draft, file);
}

function read(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

const USAGE = `Builds assets/: what the Worker serves as it is. The commands that need it do so by themselves.

  npm run assets
`;

if (import.meta.main) process.exitCode = await runPlainCommand("npm run assets", USAGE, buildAssets);
