import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

it("docs/pipelines.md shows the test of a pipeline as it runs", () => {
  const [, shown = ""] = /## Testing one.*?```ts\n(.*?)```/s.exec(read("docs/pipelines.md")) ?? [];
  expect(shown).not.toBe("");
  expect(read("test/integration/pipeline-example.test.ts")).toContain(shown);
});
