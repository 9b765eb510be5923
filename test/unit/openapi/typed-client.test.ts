/** What the README promises: a typed client is made of the description by `openapi-typescript`. */
import { readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";
import { createDocument } from "../../../openapi/document.ts";
import type { Members } from "../../../openapi/shape.ts";

const document = JSON.parse(JSON.stringify(createDocument())) as ReturnType<typeof createDocument>;
const GENERATE = 'paths["/v1/vidsheet/{sheet}/cells/{cell}/generate"]["post"]';
const PARSED = { target: ts.ScriptTarget.ES2022, strict: true, noEmit: true, skipLibCheck: true, types: [] };

let types: string;
let library: ts.SourceFile;
beforeAll(async () => {
  types = astToString(await openapiTS(document as never, { silent: true }));
  library = ts.createSourceFile("client.d.ts", types, PARSED.target);
});

/** What the compiler says of a program that uses the types. */
function compile(program: string): string[] {
  const source = `import type { paths } from "./client";\n${program}`;
  const host = ts.createCompilerHost(PARSED);
  const { fileExists, getSourceFile } = host;
  const files: Record<string, ts.SourceFile> = {
    "client.d.ts": library,
    "program.ts": ts.createSourceFile("program.ts", source, PARSED.target),
  };
  const toName = (path: string) => path.split("/").at(-1) ?? "";
  host.fileExists = (path) => toName(path) in files || fileExists(path);
  host.getSourceFile = (path, ...rest) => files[toName(path)] ?? getSourceFile(path, ...rest);
  const made = ts.createProgram(["program.ts"], PARSED, host);
  return ts.getPreEmitDiagnostics(made).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

function findReadmeBody(): string {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  const [, body = ""] = /body: JSON\.stringify\((\{.*\})\),/.exec(readme) ?? [];
  return body;
}

// The compiler takes seconds on a busy machine.
describe("a typed client", { timeout: 30_000 }, () => {
  it("sends the body of the README's example", () => {
    expect(findReadmeBody()).toContain("generation_type");
    const body = `NonNullable<${GENERATE}["requestBody"]>["content"]["application/json"]`;
    expect(compile(`export const body: ${body} = ${findReadmeBody()};`)).toEqual([]);
    expect(compile(`export const body: ${body} = { generation_type: 5, data: {} };`)).toHaveLength(1);
  });

  it("sends every body that the description gives as an example", () => {
    const lines = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { operationId, requestBody }]) => {
        const content = (requestBody as Members | undefined)?.content as Readonly<Record<string, Members>> | undefined;
        const example = content?.["application/json"]?.example;
        if (example === undefined) return [];
        const body = `NonNullable<paths["${path}"]["${method}"]["requestBody"]>["content"]["application/json"]`;
        return [`export const ${operationId.replaceAll(".", "_")}: ${body} = ${JSON.stringify(example)};`];
      }),
    );
    expect(lines.length).toBeGreaterThan(10);
    expect(compile(lines.join("\n"))).toEqual([]);
  });

  it("reads the answer of generate without finding out first which one it is", () => {
    const answers = `${GENERATE}["responses"][201 | 202]["content"]["application/json"]`;
    const reads = "[answer.generation_id, answer.id, answer.status, answer.output_resources?.[0]?.url]";
    expect(compile(`declare const answer: ${answers};\nexport const read: unknown[] = ${reads};`)).toEqual([]);
    expect(compile(`declare const answer: ${answers};\nexport const read = answer.nothing;`)).toHaveLength(1);
  });

  it("is nowhere given an object that can have no member", () => {
    const empty = types.split("\n").filter((line) => line.includes("Record<string, never>"));
    expect(empty.filter((line) => !/^export type (?:webhooks|\$defs) =/.test(line))).toEqual([]);
  });
});
