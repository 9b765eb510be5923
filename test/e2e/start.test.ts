import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startWithSimulator } from "../../scripts/local/local-stack.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-start-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("npm start does not go on with a Worker whose variables are wrong, and names those to be mended", async () => {
  const moreVariables = { NOTIFY_URL: "nowhere" };
  const started = startWithSimulator({ port: 0, persistTo: folder, tempFolder: folder, moreVariables });
  await expect(started).rejects.toThrow(/NOTIFY_URL must be .*NOTIFY_SECRET is missing/s);
}, 60_000);
