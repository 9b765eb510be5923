import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startWithSimulator } from "../../scripts/local/local-stack.ts";
import { type Ran, runClients } from "../support/clients-script.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/charges.ts", import.meta.url));

let folder: string;
let stack: LocalStack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-charges-"));
  stack = await startWithSimulator({ port: 0, persistTo: folder });
}, 180_000);
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

async function charges(args: readonly string[], key?: string): Promise<Ran> {
  const env = { ...process.env, GEN_EDGE_KEY: key ?? "" };
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, out, err };
}

const here = () => ["--worker", stack.worker.url, "--persist-to", folder];

describe("npm run charges", { timeout: 180_000 }, () => {
  it("pauses, shows and resumes charges with an operator's key, which needs no access to the clients", async () => {
    const added = await runClients("add", "ops", "--scopes", "operator", "--agents", "*", "--persist-to", folder);
    const key = added.out.trim();
    const at = ["--worker", stack.worker.url];
    const paused = await charges(["pause", ...at], key);
    expect(paused).toMatchObject({ code: 0, err: "", out: expect.stringMatching(/^Charges are paused since \d{4}-/) });
    expect((await charges(["show", ...at], key)).out).toBe(paused.out);
    expect(await charges(["resume", ...at], key)).toEqual({ code: 0, err: "", out: "Charges are not paused.\n" });
  });

  it("makes itself a key where the clients are at hand, and leaves none behind", async () => {
    expect(await charges(["pause", ...here()])).toMatchObject({ code: 0, out: expect.stringContaining("are paused") });
    expect(await charges(["resume", ...here()])).toMatchObject({ code: 0, out: "Charges are not paused.\n" });
    expect((await runClients("list", "--persist-to", folder)).out).not.toContain("charges-");
  });

  it("passes on why the Worker refuses", async () => {
    const refused = await charges(["show", "--worker", stack.worker.url], stack.key);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toMatch(/answered with 403 scope_required: \S.+\. Is it this Worker, and is GEN_EDGE_KEY/);
  });

  it("says what is wrong: a key that is none, a Worker that is not there", async () => {
    const stranger = await charges(["pause", "--worker", stack.worker.url], "ge_none");
    expect(stranger).toMatchObject({ code: 1, out: "", err: expect.stringContaining("is GEN_EDGE_KEY the key") });
    const nobody = await charges(["show", "--worker", "http://localhost:1"], "ge_none");
    expect(nobody).toMatchObject({ code: 1, out: "", err: expect.stringContaining("can't be reached") });
  });

  it("lists what it can do, and refuses what it can't, with exit code 2", async () => {
    expect(await charges(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("charges -- pause") });
    const wrong: [string[], string][] = [
      [[], "charges -- pause"],
      [["paus"], "pause"],
      [["pause", "all"], '"all" is not expected'],
      [["pause", "--wrong"], "There is no option --wrong"],
      [["pause", "--remote"], "--worker is missing"],
      [["pause", "--worker", "localhost"], "is not a valid address"],
      [["pause", "--remote", "--persist-to", "x"], "local clients only"],
    ];
    for (const [args, said] of wrong)
      expect(await charges(args), args.join(" ")).toMatchObject({
        code: 2,
        out: "",
        err: expect.stringContaining(said),
      });
  });
});
