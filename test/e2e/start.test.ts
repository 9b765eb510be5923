import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWithSimulator } from "../../scripts/local/local-stack.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { SENDERS, write } from "../support/senders.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PARTS = [
  "scripts",
  "src",
  "console",
  "openapi",
  "translations",
  "test/simulator",
  "wrangler.toml",
  "package.json",
];

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
  /** The part of it that is no error output. */
  let stdout = "";

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
  function start(devVars: Readonly<Record<string, string>>, until: string, ...args: string[]): Promise<void> {
    output = "";
    stdout = "";
    writeFileSync(
      join(folder, ".dev.vars"),
      Object.entries(devVars)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(""),
    );
    child = spawn(process.execPath, ["scripts/start.ts", ...args], {
      cwd: folder,
      env: { ...process.env, TMPDIR: join(folder, "tmp"), FORCE_COLOR: undefined, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return new Promise((resolve) => {
      child.once("close", () => resolve());
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (text) => {
          output += stripVTControlCharacters(String(text));
          if (stream === child.stdout) stdout += String(text);
          if (output.includes(until)) resolve();
        });
    });
  }

  it("takes another port when its own is taken, says so, and lets the page of that Worker call it", async () => {
    const other = createServer().on("error", () => {});
    other.listen(8787, "127.0.0.1");
    await start({ GEN_API_KEY: gen.apiKey, GEN_BASE_URL: gen.urls.api }, "Ctrl-C stops");
    other.close();

    const url = find(/Worker +(http:\S+)/);
    expect(output).toContain(`Port 8787 is taken (another npm start?): using ${new URL(url).port}.`);
    expect(find(/origins (.+)/).split(", ")).toContain(url);
    const headers = { "x-api-key": find(/Client key +(\S+)/), origin: url };
    expect((await fetch(`${url}/v1/me`, { headers })).status).toBe(200);
  });

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
    const asOperator = { "x-api-key": find(/operator’s key +(\S+)/) };
    expect(output).toContain(
      `export GEN_EDGE=${url} KEY=${headers["x-api-key"]} OPERATOR_KEY=${asOperator["x-api-key"]}\n`,
    );
    expect((await fetch(`${url}/v1/calls?state=unknown`, { headers: asOperator })).status).toBe(200);
    expect((await fetch(find(/Console +(http:\S+)/))).headers.get("content-type")).toMatch(/^text\/html/);
    const mail = write(github, `${url}/webhooks/github`, { secret });
    expect((await fetch(mail.url, { method: "POST", headers: mail.headers, body: mail.body })).status).toBe(202);

    gen.control.addFaults({ rules: [{ outcomes: [{ status: 404, body: "" }] }] });
    await fetch(`${url}/v1/me`, { headers });
    await expect
      .poll(() => output)
      .toMatch(new RegExp(`GET /v1/me → 502 gen_bad_response, 1 attempt \\(404\\) at ${host}`));
    expect(output).not.toContain(gen.apiKey);
  });

  const urls = () => ({ GEN_API_KEY: gen.apiKey, GEN_BASE_URL: gen.urls.api, GEN_AGENT_BASE_URL: gen.urls.agent });
  const prints = (text: string | RegExp) => expect.poll(() => output).toMatch(text);
  /** Does it, and waits for what is printed because of it. */
  const printsAfter = (change: () => void, text: string) => {
    const before = output.length;
    change();
    return expect.poll(() => output.slice(before)).toContain(text);
  };
  const post = (path: string, input: unknown) => {
    const headers = { "x-api-key": find(/Client key +(\S+)/) };
    const url = `${find(/Worker +(http:\S+)/)}${path}`;
    return fetch(url, { method: "POST", headers, body: JSON.stringify(input) });
  };

  /** The pipelines of the deployment, and one more, with some code behind them. */
  function writePipelines(own: { triggers?: string; run?: string; name?: string }, more = ""): void {
    const { name = "own", triggers = "", run = "" } = own;
    const code = `
      import * as v from "valibot";
      import { cron, definePipeline, listPipelines } from "../pipelines/define.ts";
      import { ideaToVideo } from "./idea-to-video.ts";
      import { webhook } from "./webhooks.ts";
      const input = v.looseObject({});
      const triggers = [
        ${triggers}
      ];
      const run = async () => {
        ${run}
      };
      const own = definePipeline({ name: "${name}", description: "Own.", input, triggers, run });
      export const PIPELINES = listPipelines(ideaToVideo, own);
      console.log("used only to name them:", typeof cron, typeof webhook);
      ${more}`;
    // In one step, as editors do, so that no half of it is read.
    writeFileSync(join(folder, "own.ts"), code.trim());
    renameSync(join(folder, "own.ts"), join(folder, "src/app/pipelines.ts"));
  }

  it("tells a mistake in the code in one line, and goes on when it is mended", async () => {
    writePipelines({}, "const x = ;");
    const started = start(urls(), "Ctrl-C stops");
    await prints(/^src\/app\/pipelines\.ts:15:17: Unexpected ";"$/m);
    writePipelines({});
    await started;

    const mistakes = [
      [{}, "const x = ;", '15:17: Unexpected ";"'],
      [{}, 'throw new Error("too early");', "15:13: too early"],
      [{ name: "idea-to-video" }, "", '13:32: Two pipelines are called "idea-to-video".'],
      [{ triggers: 'cron("every day")' }, "", '7:9: "every day" is no cron expression: it needs five fields, '],
      [{ triggers: 'webhook("from")' }, "", '7:9: "from" is no webhook source of src/app/webhooks.ts.'],
    ] as const;
    for (const [own, more, line] of mistakes) {
      await printsAfter(() => writePipelines(own, more), `src/app/pipelines.ts:${line}`);
      await printsAfter(() => writePipelines({}), "runs with your change");
      expect((await post("/pipelines/own/runs", {})).status).toBe(202);
    }
    const idle = () => writePipelines({ triggers: 'cron("7 3 2 1 *")' });
    await printsAfter(idle, 'src/app/pipelines.ts:7: nothing fires the cron "7 3 2 1 *" of own');
    expect(output).not.toMatch(/^\s+at |DurableObjectNamespace|✘|Runtime stderr/m);
  });

  it("prints every log line: a run that fails in order with what failed it, and without a crash", async () => {
    writePipelines({ run: 'throw new Error("mine");' });
    await start(urls(), "Ctrl-C stops");
    for (const [pipeline, input] of [
      ["idea-to-video", { agent_id: 42, sheet: 999_999, cells: { Script: "Bread" } }],
      ["own", {}],
      ["own", {}],
    ] as const) {
      const { id } = (await (await post(`/pipelines/${pipeline}/runs`, input)).json()) as { id: string };
      const code = pipeline === "own" ? "pipeline_error" : "spreadsheet_not_found";
      await prints(new RegExp(`^\\d\\d:\\d\\d:\\d\\d  ${id.slice(0, 8)}  run of ${pipeline} failed: ${code}, `, "m"));
    }
    expect(output).toMatch(/ {2}the code of own has thrown Error: mine at src\/app\/pipelines\.ts:10:15$/m);
    expect(output).not.toContain("Uncaught");
  });

  it("prints log lines as they are with --json, and all else to stderr", async () => {
    await start(urls(), "Ctrl-C stops", "--json");
    await fetch(`${find(/Worker +(http:\S+)/)}/health`);
    await prints('"route":"/health"');
    const lines = stdout.trim().split("\n");
    const line = expect.objectContaining({ level: "info", message: "request", route: "/health" });
    expect(lines.map((text) => JSON.parse(text))).toContainEqual(line);
  });

  it("ends with what is wrong in it, before anything is sent", async () => {
    await start({ GEN_API_KEY: gen.apiKey, GEN_BASE_URL: "test.example", MAX_ATTEMPTS: "many" }, "never printed");
    expect(child.exitCode).toBe(1);
    expect(output).toMatch(/GEN_BASE_URL must be a URL .* MAX_ATTEMPTS must be a whole number/);
    expect(existsSync(join(folder, ".wrangler/state/variables.env"))).toBe(false);
  });
});
