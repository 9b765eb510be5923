/** Values for requests: ids that exist in the simulated GEN, and values that no client should send. */
import type { Random } from "../random.ts";

/** Ids of the simulated GEN's first world, by the parameter's name. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  agent: ["42", "42", "42", "agent_456", "43", "44", "45", "46"],
  sheet: ["101", "101", "sheet_123", "102"],
  row: ["10110", "10120", "row_1"],
  column: ["1011", "1012", "col_1"],
  cell: ["10111", "10121", "10131", "cell_11"],
  variable: ["10191"],
  character: ["801"],
  look: ["811"],
  talking: ["821"],
  resource: ["901", "blob-100000", "blob-16384", "blob-0"],
  voice: ["951"],
  idea: ["701", "702"],
  conversation: ["conv_1"],
  organization: ["7", "8"],
  slug: ["short-video"],
};

/** Ids are given from 9000 on, so that what earlier cases have made is found, too. */
const MADE_FROM = 9_000;

export const HOSTILE: readonly string[] = [
  "..",
  ".",
  "...",
  "%2e%2e",
  "%2E",
  "%2F",
  "..%2f..%2fplatform",
  "%5c",
  "%00",
  "a%00b",
  "%",
  "%zz",
  "%C0%AF",
  "%ED%A0%80",
  "%F0%9F%98%80",
  "%EF%BF%BF",
  "%252e%252e",
  "%u0041",
  "%0d%0aX-Injected:%201",
  "a;b",
  "a:b",
  "a=b",
  "a+b",
  "a,b",
  "*",
  "'",
  "%22",
  "<script>",
  "$%7Bjndi:ldap://x%7D",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "then",
  "-1",
  "0",
  "1e999",
  "9007199254740993",
  "NaN",
  "null",
  "undefined",
  "true",
  "\u00e9\u00ff",
  "\u00c3\u00a9",
  "\u00f0\u009f\u0098\u0080",
  "\u0080",
];

/** A path parameter. Deletes use ids that cases have made, so that the first world stays. */
export function toId(name: string, random: Random, destroys: boolean): string {
  const made = () => String(MADE_FROM + random.int(0, 60));
  return random.weighted<() => string>([
    [destroys ? 0 : 10, () => random.pick(KNOWN[name] ?? [made()])],
    [3, made],
    [2, () => random.pick(HOSTILE)],
    [0.5, () => random.text("abcXYZ019-_", random.int(1, 40))],
    [0.3, () => "a".repeat(random.pick([255, 256, 257, 5_000]))],
  ])();
}

/** An id that most often exists and belongs to agent 42. */
export function toPlainId(name: string, random: Random): string {
  const [first, ...others] = KNOWN[name] ?? [];
  const ofAgent = [first, ...others.filter((id) => /^\d+$/.test(id) && name !== "agent" && name !== "sheet")];
  return random.pick(ofAgent) ?? String(MADE_FROM + random.int(0, 60));
}

/** A text for a field or a header. */
export function toText(random: Random): string {
  return random.weighted<() => string>([
    [3, () => random.text("abcdefghij KLM0123456789-_.:", random.int(0, 40))],
    [3, () => random.pick(HOSTILE)],
    [1, () => random.text("!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~", random.int(1, 20))],
    [1, () => random.text("\u0080\u00a0\u00bf\u00c3\u00e9\u00f0\u00ff", random.int(1, 10))],
    [0.5, () => "x".repeat(random.pick([300, 2_000, 9_000]))],
    // Texts on which a careless regular expression takes quadratic time.
    [0.3, () => random.pick(["{{", ",wait=", "W/", "a;", "."]) + random.pick([" ", "\u00a0", "1"]).repeat(4_000)],
  ])();
}
