import { describe, expect, it } from "vitest";
import { parseContentType } from "../../../../src/http/body/content-type.ts";
import { keepBody } from "../../../../src/http/body/keep-body.ts";
import { createCanonicalWatch } from "../../../../src/http/forms/canonical-watch.ts";
import { field, file, named, part, toBytes, whole } from "../../../support/multipart.ts";

const MULTIPART = "multipart/form-data; boundary=b";
const LONG = "A".repeat(70);
const OF_LONG = `multipart/form-data; boundary=${LONG}`;
/** Below this duration the measurement shows the machine's noise only. */
const FLOOR_MS = 50;
const ROUNDS = 5;

const form = (content: string) => whole(file("a", "a", content));

async function measure(run: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    await run();
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}

async function readAll(contentType: string, text: string): Promise<void> {
  const type = parseContentType(contentType);
  if (type === null) return;
  const bytes = toBytes(text);
  await keepBody(bytes, type);
  const watch = createCanonicalWatch(type.boundary, () => {});
  for (let at = 0; at < bytes.length && watch.push(bytes.subarray(at, at + 65_536)); at += 65_536);
}

const BODIES: readonly [string, string, (times: number) => string][] = [
  ["carriage returns", MULTIPART, (times) => form("\r".repeat(times * 100_000))],
  ["lines that begin like the boundary", MULTIPART, (times) => form("\r\n--bx".repeat(times * 20_000))],
  ["blanks behind the boundary", MULTIPART, (times) => form(`\r\n--b${" ".repeat(times * 100_000)}x`)],
  [
    "a boundary that repeats itself",
    OF_LONG,
    (times) => form("A".repeat(times * 300_000)).replaceAll("--b", `--${LONG}`),
  ],
  ["boundaries alone", MULTIPART, (times) => "--b\r\n".repeat(times * 50_000)],
  ["parts", MULTIPART, (times) => whole(field("a").repeat(times * 450))],
  ["headers", MULTIPART, (times) => whole(part(`${named("a")}\r\n${"X: y\r\n".repeat(times * 20_000)}X: y`))],
  ["escapes in a name", MULTIPART, (times) => whole(part(named('\\"'.repeat(times * 900))))],
  [
    "members of JSON",
    "application/json",
    (times) => `{${Array.from({ length: times * 9_000 }, (_, n) => `"${n}":1`)}}`,
  ],
  [
    "objects in each other",
    "application/json",
    (times) => '{"a":'.repeat(times * 20_000) + 1 + "}".repeat(times * 20_000),
  ],
  ["fields", "application/x-www-form-urlencoded", (times) => "agent_id=42&".repeat(times * 4_500)],
  ["percent signs", "application/x-www-form-urlencoded", (times) => "%".repeat(times * 200_000)],
];

const HEADERS: readonly [string, (times: number) => string][] = [
  ["semicolons", (times) => `application/json${";".repeat(times * 8_000)},`],
  ["blanks", (times) => `application/json;${" ".repeat(times * 8_000)},`],
  ["open quotes", (times) => `application/json${'; a="'.repeat(times * 2_000)}`],
  ["parameters", (times) => `multipart/form-data${"; boundary=b".repeat(times * 1_000)}`],
];

describe("what twice as long a body costs", () => {
  it.each(BODIES)("is at most three times as much: %s", async (_, contentType, make) => {
    const [once, twice] = [make(1), make(2)];
    const onceMs = await measure(() => readAll(contentType, once));
    const twiceMs = await measure(() => readAll(contentType, twice));
    expect(twiceMs).toBeLessThan(3 * Math.max(onceMs, FLOOR_MS));
  });

  it.each(HEADERS)("is at most three times as much in its type: %s", async (_, make) => {
    const onceMs = await measure(() => parseContentType(make(1)));
    const twiceMs = await measure(() => parseContentType(make(2)));
    expect(twiceMs).toBeLessThan(3 * Math.max(onceMs, FLOOR_MS));
  });
});
