import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PARTS = ["scripts", "src", "openapi", "wrangler.toml", "package.json"];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-doctor-"));
  for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(script: string, ...args: string[]) {
  const env = { ...process.env, CLOUDFLARE_API_TOKEN: "" };
  const child = spawn(process.execPath, [join(folder, script), ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, out: stripVTControlCharacters(out), err };
}
const runDoctor = (...args: string[]) => run("scripts/doctor.ts", ...args);

/** Something that answers `/health` in this way. */
async function withHealth(status: number, body: object, work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).finally(() => server.close());
}

describe("npm run doctor", { timeout: 120_000 }, () => {
  it("finds nothing wrong in a new checkout with a Worker that runs", () =>
    withHealth(200, { status: "ok", version: "0.1.0" }, async (url) => {
      const { code, out, err } = await runDoctor("--url", url);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      for (const name of ["Node", "Wrangler", "KV namespace", "Cron triggers", "Configuration", "Worker"]) {
        expect(out).toMatch(new RegExp(`^ok     ${name}: `, "m"));
      }
      expect(out).toMatch(/Nothing is wrong\.\n$/);
    }));

  it("ends with code 1 and says what to do when something is wrong, without the values", () =>
    withHealth(503, { status: "not_configured", variables: ["GEN_API_KEY"] }, async (url) => {
      writeFileSync(join(folder, ".dev.vars"), 'GEN_API_KEY="gen_pat_0123456789"\nTICKET_SECRET="tiny"\n');
      const { code, out } = await runDoctor("--url", url);
      rmSync(join(folder, ".dev.vars"));
      expect(code).toBe(1);
      expect(out).toMatch(/^wrong {2}Configuration: TICKET_SECRET must be .*\n {7}→ Mend it in \.dev\.vars/m);
      expect(out).toMatch(
        /^wrong {2}Worker: .*missing or wrong: GEN_API_KEY\.\n {7}→ npx wrangler secret put GEN_API_KEY/m,
      );
      expect(out).not.toMatch(/gen_pat_|tiny/);
    }));

  it("says how to sign in when the deployed Worker can't be looked at", async () => {
    const { code, out } = await runDoctor("--remote");
    expect(code).toBe(1);
    expect(out).toMatch(/^wrong {2}Secrets: .*\n {7}→ npx wrangler login/m);
  });

  it.each([
    [["--remot"], "There is no option --remot. Did you mean --remote?"],
    [["--url", "nowhere"], '--url: "nowhere" is not a valid address.'],
    [["--remote", "--persist-to", "x"], "--persist-to is for local clients only."],
    [["now"], '"now" is not expected.'],
  ])("ends with code 2 for wrong use: %s", async (args, words) => {
    expect(await runDoctor(...args)).toEqual({ code: 2, out: "", err: expect.stringContaining(words) });
  });
});

describe("every command of this project", { timeout: 120_000 }, () => {
  it.each(["doctor", "deploy", "build-assets", "write-problem-pages", "record-demo"])(
    "has --help: %s",
    async (name) => {
      const { code, out, err } = await run(`scripts/${name}.ts`, "--help");
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/--help +prints this/);
    },
  );
});
