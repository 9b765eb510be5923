/** The fenced blocks of the documents: each is run or compiled by a test, or says why not. */
import { readFileSync } from "node:fs";
import { DOCUMENTS } from "../../scripts/format-docs.ts";

const ROOT = new URL("../../", import.meta.url);

/** In a document: `<!-- not run: needs a Cloudflare account -->` before the block. No other reason counts. */
const REASONS = [
  "needs a Cloudflare account",
  "needs `npm start`",
  "needs the pipeline above",
  "needs your copy of the repository",
  "needs a Worker without clients",
];

export interface Snippet {
  readonly path: string;
  /** Of the first line of its code. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

/** The blocks of these languages, in all documents. */
export function findSnippets(...languages: readonly string[]): Snippet[] {
  return listSnippets().filter(({ language }) => languages.includes(language));
}

/** All blocks that give no accepted reason for not being run. */
export function listSnippets(): Snippet[] {
  return DOCUMENTS.flatMap((path) => {
    const text = readFileSync(new URL(path, ROOT), "utf8");
    const blocks = text.matchAll(/(?: *<!-- not run: (.*) -->\n\n?)?^( *)```(.*)\n([\s\S]*?)^\2```$/gm);
    return [...blocks].flatMap(({ index, 0: all, 1: reason, 2: indent = "", 3: language = "", 4: code = "" }) => {
      if (reason !== undefined && REASONS.includes(reason)) return [];
      const before = text.slice(0, index) + all.slice(0, all.indexOf("```"));
      const line = before.split("\n").length + 1;
      return [{ path, line, language, code: code.replace(new RegExp(`^${indent}`, "gm"), "") }];
    });
  });
}
