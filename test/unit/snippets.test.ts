/** What the documents show is so: code compiles, JSON parses, settings are known. `test/e2e/snippets.test.ts` has commands. */
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/env.ts";
import { isKnownVariable } from "../../src/variables.ts";
import { findSnippets, listSnippets, type Snippet } from "../support/snippets.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What the code in the documents takes for given. */
const BROWSER = `
  declare const clientKey: string, token: string, worker: string, id: string, rawBody: string;
  declare const request: RequestInit, headers: Record<string, string>, exports: Record<string, unknown>;
  declare function show(generation: unknown): void;
  declare function watch(address: string): void;
  declare function renew(): void;
`;
const WORKER = `
  declare function toInput(payload: unknown): { agent_id: string; sheet: string; cell: string; prompt: string };
  declare function findAnswer(payload: unknown, name: string): string;
`;
const IMPORTS = {
  v: `import * as v from "valibot";`,
  definePipeline: `import { definePipeline } from "../pipelines/define.ts";`,
  webhook: `import { webhook } from "./webhooks.ts";`,
  hmacSha256: `import { hmacSha256 } from "../webhooks/schemes/hmac-sha256.ts";`,
  Sources: `import type { Sources } from "../webhooks/source.ts";`,
  listPipelines: `import { listPipelines } from "../pipelines/define.ts";`,
  fillEmptyCells: `import { fillEmptyCells } from "./fill-empty-cells.ts";`,
  ideaToVideo: `import { ideaToVideo } from "./idea-to-video.ts";`,
  weekdayLine: `import { weekdayLine } from "./weekday-line.ts";`,
};

const OPTIONS = {
  ...{ target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.ESNext, noEmit: true, skipLibCheck: true },
  ...{ moduleResolution: ts.ModuleResolutionKind.Bundler, allowImportingTsExtensions: true },
};
const JS = { ...OPTIONS, allowJs: true, checkJs: true, lib: ["lib.es2024.d.ts", "lib.dom.d.ts"], types: ["node"] };
const TYPES = ["@cloudflare/workers-types", `${ROOT}worker-configuration.d.ts`];
const TS = { ...OPTIONS, strict: true, exactOptionalPropertyTypes: true, lib: ["lib.es2024.d.ts"], types: TYPES };

/** What the compiler says of the files, which exist here alone: `docs/pipelines.md:10: …`. */
function compile(files: Readonly<Record<string, string>>, options: ts.CompilerOptions): string[] {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => path in files || fileExists(path);
  host.readFile = (path) => files[path] ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = files[path];
    return text === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, text, target, true);
  };
  const program = ts.createProgram(Object.keys(files), options, host);
  return Object.keys(files).flatMap((path) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
  });
}

const toFile = (folder: string, { path, line }: Snippet, extension: string) =>
  `${ROOT}${folder}/${path.replace(/\W/g, "-")}-line-${line}.${extension}`;

/** Cron triggers: the watch over GEN first. Others are the owner's. */
function isTriggers(line: string): boolean {
  return /^crons = \["\*\/5 \* \* \* \*"(?:, "\S+(?: \S+){4}")+\]$/.test(line);
}

describe("in the documents", () => {
  it("each block is of a language that a test looks at, or of one that only shows", () => {
    const known = ["js", "ts", "json", "toml", "sh", "text", "http", "mermaid", "yaml"];
    expect(listSnippets().filter(({ language }) => !known.includes(language))).toEqual([]);
  });

  it.each(findSnippets("json"))("the JSON at $path:$line parses", ({ code }) => {
    expect(() => JSON.parse(code)).not.toThrow();
  });

  it.each(findSnippets("toml"))("the settings at $path:$line are known to the Worker, and good", ({ code }) => {
    const lines = code
      .trim()
      .split("\n")
      .filter((line) => !isTriggers(line));
    const entries = lines.map((line) => /^(?:# )?([A-Z_]+) = (["'])(.*)\2(?: +#.*)?$/.exec(line)?.slice(1) ?? [line]);
    const vars = Object.fromEntries(entries.map(([name, , value]) => [name, value?.replace(/<.*?>/g, "x")]));
    expect(Object.keys(vars).filter((name) => !isKnownVariable(name, ["PIPELINE_FILL_EMPTY_CELLS"]))).toEqual([]);
    expect(() => parseConfig({ GEN_API_KEY: "gen_pat_of_nobody", ...vars })).not.toThrow();
  });

  it("the JavaScript compiles", { timeout: 30_000 }, () => {
    const snippets = findSnippets("js").map((each) => [toFile("docs", each, "js"), `${each.code}\nexport {};`]);
    expect(snippets.length).toBeGreaterThan(3);
    expect(compile({ [`${ROOT}docs/given.d.ts`]: BROWSER, ...Object.fromEntries(snippets) }, JS)).toEqual([]);
  });

  it("the TypeScript compiles, or stands word for word in a test that runs", { timeout: 30_000 }, () => {
    const example = findSnippets("ts").find(({ code }) => code.includes("export const weekdayLine")) as Snippet;
    // Its test is held word for word by docs.test.ts.
    const parts = findSnippets("ts").filter((each) => each.code !== example.code && !each.code.includes("vi.mock("));
    const files = parts.map((each) => [
      toFile("src/app", each, "ts"),
      [...Object.values(IMPORTS), each.code, "export {};"].join("\n"),
    ]);
    expect(files.length).toBeGreaterThan(1);
    const given = { [`${ROOT}src/app/given.d.ts`]: WORKER, [`${ROOT}src/app/weekday-line.ts`]: example.code };
    expect(compile({ ...given, ...Object.fromEntries(files) }, TS)).toEqual([]);
  });
});
