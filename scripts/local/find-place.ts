import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, join, relative } from "node:path";
import { ROOT } from "./wrangler.ts";

interface Place {
  /** From the repository's root. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Where in the Worker's code an error was thrown, as `src/app/own.ts:8:3`: the innermost line of a stack that is the
 * owner's, else the innermost of any. Null when the stack names none. Lines of wrangler's bundle are traced to their source.
 */
export function findPlace(stack: string): string | null {
  const frames = [...stack.matchAll(/(?:file:\/\/)?(\/[^\s()]+?):(\d+):(\d+)/g)];
  const places = frames
    .map(([, path = "", line, column]) => toSource(path, Number(line), Number(column)))
    .filter(({ path }) => path.startsWith("src/"));
  const place = places.find(({ path }) => path.startsWith("src/app/")) ?? places[0];
  return place ? `${place.path}:${place.line}:${place.column}` : null;
}

function toSource(path: string, line: number, column: number): Place {
  const origin = findOrigin(path, line, column);
  return origin ?? { path: relative(ROOT, path), line, column };
}

function findOrigin(path: string, line: number, column: number): Place | null {
  const map = `${path}.map`;
  if (!existsSync(map)) return null;
  const entry = new SourceMap(JSON.parse(readFileSync(map, "utf8"))).findEntry(line - 1, column - 1);
  if (!("originalSource" in entry)) return null;
  const source = relative(ROOT, join(dirname(path), entry.originalSource));
  return { path: source, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}
