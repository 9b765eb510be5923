import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWithSimulator } from "../../scripts/local/local-stack.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { SENDERS, write } from "../support/senders.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PARTS = ["scripts", "src", "openapi", "translations", "test/simulator", "wrangler.toml", "package.json"];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-start-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("npm start does not go on with a Worker whose variables are wrong, and names those to be mended", async () => {
  const variables = { NOTIFY_URL: "nowhere" };
  const started = startWithSimulator({ port: 0, persistTo: folder, tempFolder: folder, variables });
  await expect(started).rejects.toThrow(/NOTIFY_URL must be .*NOTIFY_SECRET is missing/s);
}, 60_000);

describe("npm start with a key in .dev.vars", { timeout: 120_000 }, () => {
  let gen: Simulator;
  let child: ChildProcess;
  let output = "";

  beforeEach(async () => {
    for (const part of PARTS) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    mkdirSync(join(folder, "tmp"));
    gen = await startSimulator({ apiKey: "gen_pat_from_dev_vars" });
  });
  afterEach(async () => {
    if (child.exitCode === null) {
      const closed = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGINT");
      await closed;
    }
    await gen.close();
  });

  /** Resolves once it has printed the text, or has ended. */
  function start(devVars: Readonly<Record<string, string>>, until: string): Promise<void> {
    output = "";
    writeFileSync(
      join(folder, ".dev.vars"),
      Object.entries(devVars)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    );
    child = spawn(process.execPath, ["scripts/start.ts"], {
      cwd: folder,
      env: { ...process.env, TMPDIR: join(folder, "tmp"), FORCE_COLOR: undefined, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Promise((resolve) => {
      child.once("close", () => resolve());
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (text) => {
          output += stripVTControlCharacters(String(text));
          if (output.includes(until)) resolve();
        });
    });
  }

  const find = (pattern: RegExp) => pattern.exec(output)?.[1] ?? "";

  it("gives the Worker every secret and variable of it, and says which hosts are GEN", async () => {
    const { github } = SENDERS;
    const urls = { GEN_BASE_URL: gen.urls.api, GEN_AGENT_BASE_URL: gen.urls.agent };
    const secret = 'a $HOME of # "secrets"';
    const secrets = { GEN_API_KEY: gen.apiKey, GITHUB_WEBHOOK_SECRET: `'${secret}'` };
    await start({ ...urls, ...secrets, MAX_ATEMPTS: "3" }, "Did you mean");

    const { host } = new URL(gen.urls.api);
    expect(output).toContain(`REAL GEN: calls go to ${host}, ${new URL(gen.urls.agent).host}, agent-core.gen.pro with`);
    expect(output).toContain("MAX_ATEMPTS is set, but nothing reads it. Did you mean MAX_ATTEMPTS?");

    const url = find(/Worker +(http:\S+)/);
    const headers = { "x-api-key": find(/Client key +(\S+)/) };
    expect((await fetch(`${url}/v1/me`, { headers })).status).toBe(200);
    expect(gen.control.ledger().totals.requests).toBe(1);
    const mail = write(github, `${url}/webhooks/github`, { secret });
    expect((await fetch(mail.url, { method: "POST", headers: mail.headers, body: mail.body })).status).toBe(202);

    gen.control.addFaults({ rules: [{ outcomes: [{ status: 404, body: "" }] }] });
    await fetch(`${url}/v1/me`, { headers });
    await expect
      .poll(() => output)
      .toMatch(new RegExp(`GET /v1/me → 502 gen_bad_response, 1 attempt \\(404\\) at ${host}`));
    expect(output).not.toContain(gen.apiKey);
  });

  it("ends with what is wrong in it, before anything is sent", async () => {
    await start({ GEN_API_KEY: gen.apiKey, GEN_BASE_URL: "test.example", MAX_ATTEMPTS: "many" }, "never printed");
    expect(child.exitCode).toBe(1);
    expect(output).toMatch(/GEN_BASE_URL must be a URL .* MAX_ATTEMPTS must be a whole number/);
    expect(existsSync(join(folder, ".wrangler/state/variables.env"))).toBe(false);
  });
});
