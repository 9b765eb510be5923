/**
 * Formats the documents: prose in lines of one width, tables without padding. The last part of `npm run format`, because
 * Biome pads tables and leaves prose as it is. docs/problems is written by a script of its own.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";

const ROOT = new URL("../", import.meta.url);
const WIDTH = 120;
/** These stay as they are: headings, quotes, images, HTML. */
const WHOLE = /^(?:#|>|!\[|\[!\[|\s*<)/;
const ITEM = /^(\s*)([-*] |\d+\. )?/;
/** A code span is one word. So is what would begin a list, a heading or a table at the start of a line, with its neighbour. */
const WORDS = /(?:`[^`]+`|[^\s`]|\s+(?=(?:[-+*>#|]|\d+[.)])(?:\s|$)))+/g;

export const DOCUMENTS = globSync(["*.md", "docs/*.md", "examples/*.md", "test/simulator/*.md"], { cwd: ROOT }).sort();

export function formatMarkdown(text: string): string {
  const out: string[] = [];
  let paragraph: { readonly start: string; readonly indent: string; text: string } | null = null;
  let fence: string | null = null;
  const flush = () => {
    if (paragraph) out.push(...fill(paragraph.text.match(WORDS) ?? [], paragraph));
    paragraph = null;
  };
  for (const line of text.split("\n")) {
    const isWhole = fence !== null || WHOLE.test(line) || /^\s*(?:```.*|\|.*)?$/.test(line);
    const [, space = "", marker = ""] = ITEM.exec(line) ?? [];
    if (isWhole || marker !== "") flush();
    if (isWhole) out.push(fence === null && /^\s*\|/.test(line) ? formatRow(line) : line);
    else if (paragraph) paragraph.text += ` ${line.trim()}`;
    else {
      const indent = space + " ".repeat(marker.length);
      paragraph = { start: space + marker, indent, text: line.slice(indent.length) };
    }
    if (fence !== null ? line.trim() === fence : /^\s*```/.test(line)) fence = fence === null ? "```" : null;
  }
  flush();
  return out.join("\n");
}

function fill(
  words: readonly string[],
  { start, indent }: { readonly start: string; readonly indent: string },
): string[] {
  const lines: string[] = [];
  let line = start;
  let isEmpty = true;
  for (const word of words) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent + word;
    } else line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

function formatRow(line: string): string {
  const [, indent = "", inner = ""] = /^(\s*)\|(.*)\|\s*$/.exec(line) ?? [];
  const cells = inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
  if (cells.every((cell) => /^:?-+:?$/.test(cell)))
    return `${indent}|${cells.map((cell) => cell.replace(/-+/, "---")).join("|")}|`;
  return `${indent}|${cells.map((cell) => (cell === "" ? " " : ` ${cell} `)).join("|")}|`;
}

if (import.meta.main) {
  for (const path of DOCUMENTS) {
    const url = new URL(path, ROOT);
    const text = readFileSync(url, "utf8");
    const formatted = formatMarkdown(text);
    if (formatted !== text) writeFileSync(url, formatted);
  }
}
