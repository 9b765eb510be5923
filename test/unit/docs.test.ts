/** What the documents claim of the repository is so: links, paths, commands, codes. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { scripts } from "../../package.json" with { type: "json" };
import { DOCUMENTS, formatMarkdown } from "../../scripts/format-docs.ts";
import { type CatalogueEntry, GEN_ERRORS } from "../../src/gen/error-catalogue.ts";
import { OWN_PROBLEMS } from "../../src/problems/problem-codes.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), "utf8");
const exists = (path: string) => existsSync(new URL(path, ROOT));

/** The fragment that GitHub gives a heading. */
const toAnchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
const listAnchors = (path: string) =>
  [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => toAnchor(heading));

function isResolved(from: string, target: string): boolean {
  const [path = "", anchor = ""] = target.split("#");
  const file = path === "" ? from : normalize(join(dirname(from), path));
  return exists(file) && (anchor === "" || listAnchors(file).includes(anchor));
}

describe.each(DOCUMENTS)("%s", (path) => {
  const text = read(path);
  const find = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, found = ""]) => found);

  it("links to what there is", () => {
    const links = find(/\]\(([^)\s]+)\)/g).filter((target) => !/^https?:/.test(target));
    expect(links.filter((target) => !isResolved(path, target))).toEqual([]);
  });

  it("names files that there are", () => {
    const paths = find(/`((?:src|test|scripts|docs|examples|openapi|translations)\/[\w./-]*\w)`/g);
    expect(paths.filter((named) => !exists(named))).toEqual([]);
  });

  it("has its prose in lines of one width and its tables without padding: `npm run format` mends it", () => {
    const formatted = formatMarkdown(text).split("\n");
    const line = text.split("\n").findIndex((each, index) => each !== formatted[index]);
    expect(line === -1 ? "as it is" : `${path}:${line + 1}: ${text.split("\n")[line]}`).toBe("as it is");
  });

  it("names commands that there are", () => {
    expect(find(/npm run (?:--silent )?([\w:-]+)/g).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe("docs/pipelines.md", () => {
  const blocks = [...read("docs/pipelines.md").matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);

  it("has an example that is tried, and its test", () => {
    const example = read("test/support/weekday-line.ts").replace("../../src/pipelines/", "../pipelines/");
    const test = read("test/integration/pipeline-example.test.ts");
    expect(blocks).toContain(example);
    expect(blocks).toContain(test.replace("../support/weekday-line.ts", "../../src/app/weekday-line.ts"));
  });
});

describe("docs/errors.md", () => {
  const rows = read("docs/errors.md")
    .split("\n")
    .filter((line) => line.startsWith("|"));

  const ofGen = Object.entries(GEN_ERRORS as Readonly<Record<string, CatalogueEntry>>).map(
    ([code, entry]) => [entry.code ?? code, entry.status] as const,
  );

  it.each([...Object.entries(OWN_PROBLEMS), ...ofGen])("has %s, which is answered with %i", (code, status) => {
    const row = rows.find((line) => line.includes(`\`${code}\``));
    expect(row?.split("|")[1]).toContain(String(status));
  });
});

it("docs/operating.md has every message of the log", () => {
  const messages = globSync("src/**/*.ts", { cwd: ROOT }).flatMap((path) => [
    ...read(path).matchAll(/\bmessage: "([a-z_]+)"/g),
  ]);
  const logged = messages.map(([, message = ""]) => message).filter((message) => message !== "request");
  expect(logged.length).toBeGreaterThan(20);
  expect(logged.filter((message) => !read("docs/operating.md").includes(`\`${message}\``))).toEqual([]);
});
