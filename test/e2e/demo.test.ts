import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Page } from "../../scripts/demo/page.ts";
import { BrokenPromise, promise } from "../../scripts/demo/promise.ts";
import { GEN_ERRORS } from "../../src/gen/error-catalogue.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/demo.ts", import.meta.url));

describe("the demo, in a log", () => {
  let code: number | null;
  let output = "";
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gen-edge-demo-test-"));
    const env = { ...process.env, TMPDIR: folder, FORCE_COLOR: undefined };
    const child = spawn(process.execPath, [SCRIPT], { env, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    code = await new Promise((resolve) => child.once("close", resolve));
  }, 90_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("ends well, and says that no real GEN was there", () => {
    expect(output).toMatch(/All \d+ promises kept/);
    expect(output).not.toContain("✗");
    expect(output).toContain("SIMULATOR: no real GEN, no real money.");
    expect(output).toMatch(/the\s+address\s+of\s+the\s+console\s+and\s+an\s+operator's\s+key/);
    expect(code).toBe(0);
  });

  it("is plain text from top to bottom", () => {
    expect(stripVTControlCharacters(output)).toBe(output);
    expect(output).not.toContain("\r");
  });

  it("shows attempts and waits while GEN fails twice", () => {
    expect(output).toMatch(
      /attempt 1: 503 after \d+ ms\n +attempt 2: waited \d+ ms, then lost after \d+ ms\n +attempt 3/,
    );
    expect(output).toMatch(/answer +200, X-GenEdge-Attempts: 3\n +Server-Timing +gen;dur=\d+, wait;dur=\d+/);
  });

  it("shows a Retry-After obeyed, and one that is too long passed on", () => {
    expect(output).toMatch(/attempt 1: 429 after \d+ ms\n +attempt 2: waited 2\d\d\d ms, then 200/);
    expect(output).toMatch(/503 gen_rate_limited after \d+ ms, Retry-After: 30/);
  });

  it("shows a generation on its way to completed", () => {
    expect(output).toMatch(/█+░+ pending .*\n.*█+░+ processing .*\n.*█{24} completed/);
  });

  it("shows one charge for a paid call whose answer was lost", () => {
    expect(output).toMatch(/ledger before +0 POSTs, 0 charges\n/);
    expect(output).toMatch(/ledger after +2 POSTs, 1 charge: cells\.generate/);
    expect(output).toMatch(/ledger now +2 POSTs, 1 charge: cells\.generate/);
    expect(output).toContain("Idempotent-Replayed: true");
  });

  it("shows a video watched on after the Worker was killed in the middle, and one charge", () => {
    expect(output).toMatch(/█+░+ processing .*\n +kill -9 .*gone\n/);
    expect(output).toMatch(/started again .*\n> GET \S+\/events\n> Last-Event-ID: \d+\n(?:.*\n)? +█{24} completed/);
    expect(output).toMatch(/GEN's ledger +1 POST, 1 charge: \d+ credits, generation \d+\n/);
  });

  it("shows the steps of a run that a webhook has started, as they happen, to the published video", () => {
    expect(output).toMatch(/… generate Video\n(?:.*\n)*.*✓ generate Video, generation \d+, charged\n/);
    expect(output).toMatch(/✓ follow the post\n.*✓ published\n +result +https:\S+mp4\n/);
    expect(output).toMatch(/GEN's ledger +cells\.generate, 600 credits; cells\.render, 50 credits\n/);
  });

  it.each(Object.keys(GEN_ERRORS))("shows GEN's %s beside its translation", (genCode) => {
    expect(output).toMatch(new RegExp(`^\\d{3} ${genCode} +\\d{3} [a-z_]+$`, "m"));
  });

  it("shows one error in Japanese and in Spanish", () => {
    expect(output).toContain("Content-Language: ja");
    expect(output).toContain("Content-Language: es");
  });

  it("leaves nothing behind", () => {
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("a promise that is not kept", () => {
  it("ends the demo with what was seen", () => {
    const page = new Page(80, () => {});
    expect(() => promise(page, "One charge.", { seen: 2, wanted: 1 })).toThrow(BrokenPromise);
    expect(page.promises).toBe(0);
  });
});
