import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** The lint rules that `npm run check` applies to the imports of `src`; docs/architecture.md draws them. */
interface Rule {
  readonly includes: readonly string[];
  readonly linter: {
    readonly rules: {
      readonly style?: {
        readonly noRestrictedImports?: { readonly options: { readonly patterns: readonly { group: string[] }[] } };
      };
    };
  };
}

const ROOT = new URL("../../", import.meta.url);
const SRC = new URL("src/", ROOT);
/** Tables may be long: they have one entry a line and can't be split well. */
const TABLES: readonly string[] = ["gen/operations.ts", "problems/english.ts"];
const MAX_LINES = 300;
const MAX_FILES_OF_HTTP = 12;

const { overrides } = JSON.parse(readFileSync(new URL("biome.json", ROOT), "utf8")) as { overrides: readonly Rule[] };
const entries = readdirSync(SRC, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
const rooms = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const names = rooms.map(({ name }) => name);

/** The folders that the files of a folder may not import: a pattern lists some of them in braces. */
function listForbidden(room: string): string[] {
  const rules = overrides.filter(({ includes }) => includes.includes(`src/${room}/**`));
  const groups = rules.flatMap(({ linter }) => linter.rules.style?.noRestrictedImports?.options.patterns ?? []);
  return groups
    .flatMap(({ group }) => group)
    .flatMap((pattern) => /^\*\*\/\{(.*)\}\/\*\*$/.exec(pattern)?.[1]?.split(",") ?? []);
}

describe("docs/architecture.md", () => {
  it("names only files that are there", () => {
    const text = readFileSync(new URL("docs/architecture.md", ROOT), "utf8");
    const paths = [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.\w+)`/g)].map(([, path = ""]) => path);
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => ![ROOT, SRC].some((base) => existsSync(new URL(path, base))))).toEqual([]);
  });
});

describe("the rooms of src", () => {
  it.each(names)("%s stands in the rule that keeps arrows pointing down", (room) => {
    const rules = overrides.filter(({ includes }) => includes.includes(`src/${room}/**`));
    expect(rules.filter(({ linter }) => linter.rules.style?.noRestrictedImports)).toHaveLength(1);
  });

  it.each(names)("%s and another room never both may import each other", (room) => {
    const mutual = names.filter((other) => {
      return other !== room && !listForbidden(room).includes(other) && !listForbidden(other).includes(room);
    });
    expect(mutual).toEqual([]);
  });

  it("are all that the rule names", () => {
    expect([...new Set(names.flatMap(listForbidden))].filter((name) => !names.includes(name))).toEqual([]);
  });

  it("hold no file of more than 300 lines but tables", () => {
    const long = files.filter((file) => readFileSync(file, "utf8").split("\n").length - 1 > MAX_LINES);
    const paths = long.map((file) => file.slice(file.indexOf("/src/") + 5));
    expect(paths.filter((path) => !TABLES.includes(path))).toEqual([]);
  });

  it("have at most a dozen files on each floor of http", () => {
    const floors = ["http", "http/body", "http/forward", "http/routes"];
    const counts = floors.map((floor) => {
      const within = readdirSync(new URL(floor, SRC), { withFileTypes: true });
      return [floor, within.filter((entry) => entry.isFile()).length] as const;
    });
    expect(counts.filter(([, count]) => count > MAX_FILES_OF_HTTP)).toEqual([]);
  });
});
