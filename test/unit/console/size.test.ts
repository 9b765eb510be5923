import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { buildConsole } from "../../../scripts/build-console.ts";

const MAX_BYTES = 60 * 1_024;

it("the console is at most 60 KiB, compressed as it is sent", () => {
  const sent = buildConsole().filter(([name]) => !name.endsWith(".txt"));
  const sizes = sent.map(([name, bytes]) => [name, gzipSync(bytes).length] as const);
  expect(
    sizes.reduce((sum, [, size]) => sum + size, 0),
    JSON.stringify(sizes),
  ).toBeLessThan(MAX_BYTES);
});

it("the licenses of what is in its script are laid beside it", () => {
  const files = new Map(buildConsole());
  const licenses = String(files.get("console/licenses.txt"));
  for (const library of ["preact", "htm", "uplot"]) expect(licenses).toContain(`${library}\n\n`);
});
