/** Bundles `console/` for the browser: a page, a script, a style sheet, and the licenses of what is in the script. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

const FROM = fileURLToPath(new URL("../console/", import.meta.url));
const LIBRARIES = ["preact", "htm", "uplot"] as const;

/** Browsers since the end of 2024. */
const TARGET = ["chrome130", "firefox132", "safari18"];
/** Of the markup in the script, where it means nothing. */
const INDENT = /\n +/g;

export function buildConsole(): [name: string, bytes: Buffer][] {
  const { outputFiles } = buildSync({
    entryPoints: { console: join(FROM, "main.ts"), styles: join(FROM, "styles/console.css") },
    bundle: true,
    minify: true,
    format: "esm",
    target: TARGET,
    legalComments: "none",
    outdir: "/console",
    write: false,
    logLevel: "error",
  });
  const bundled = outputFiles.map(({ path, text }): [string, Buffer] => [
    `console/${basename(path)}`,
    Buffer.from(text.replaceAll(INDENT, "\n")),
  ]);
  return [
    ...bundled,
    ["console.html", readFileSync(join(FROM, "console.html"))],
    ["console/licenses.txt", Buffer.from(LIBRARIES.map(readLicense).join("\n\n"))],
  ];
}

function readLicense(library: (typeof LIBRARIES)[number]): string {
  return `${library}\n\n${readFileSync(join(FROM, "../node_modules", library, "LICENSE"), "utf8")}`;
}
