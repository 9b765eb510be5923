/** Tags: valid ones, of which some have budgets, and what no tag may be. */
import type { Random } from "../random.ts";
import type { Header } from "./shot.ts";
import { toText } from "./values.ts";

const NAME = "X-GenEdge-Tag";
const TAGS = [
  "customer-17",
  "customer-17",
  "customer-18",
  "web",
  "web",
  "A.b_C-1",
  "t".repeat(64),
  "__proto__",
  "0",
  "-",
];
const MALFORMED = [
  "",
  "t".repeat(65),
  "t".repeat(9_000),
  "a b",
  "a\tb",
  "web, web",
  "web;customer-17",
  "tag:*",
  "*",
  "a/b",
  "%41",
  '"web"',
  "caf\u00e9",
  "\u00c3\u00a9",
  "\u00e2\u0080\u008bweb",
  "\u00ef\u00bc\u00a1",
  "web\u00ad",
];

/** The tags of one request: none, one, now and then two. */
export function makeTags(random: Random): Header[] {
  const tag = () => random.pick(TAGS);
  const values = random.weighted<() => string[]>([
    [8, () => []],
    [16, () => [tag()]],
    [1, () => [` ${tag()} `]],
    [2, () => [random.pick(MALFORMED)]],
    [0.5, () => [toText(random)]],
    [1, () => [tag(), tag()]],
    [0.5, () => [tag(), ""]],
  ])();
  return values.map((value): Header => [NAME, value]);
}

export function readTags(headers: readonly Header[]): string[] {
  return headers.filter(([name]) => name === NAME).map(([, value]) => value);
}
