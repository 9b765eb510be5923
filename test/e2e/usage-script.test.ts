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
import { eventually } from "../support/durable-calls.ts";
import { json } from "../support/stack.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/usage.ts", import.meta.url));
const GENERATE = "/v1/vidsheet/101/cells/10111/generate?agent_id=42";

let folder: string;
let stack: LocalStack;
let key: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-usage-"));
  stack = await startWithSimulator({ port: 0, persistTo: folder });
  key = (await runClients("add", "ops", "--scopes", "operator", "--agents", "*", "--persist-to", folder)).out.trim();
  const body = { generation_type: "text", data: { prompt: "A line" } };
  const headers = { "x-api-key": stack.key, "x-genedge-tag": "customer-17" };
  expect((await fetch(`${stack.worker.url}${GENERATE}`, json("POST", body, headers))).status).toBe(201);
  await eventually(
    async () => (await usage(["--by", "tag", "--csv", ...there()], key)).out,
    (csv) => csv.includes("customer-17,1,0,0,1,"),
  );
}, 180_000);
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

async function usage(args: readonly string[], given?: string): Promise<Ran> {
  const env = { ...process.env, GEN_EDGE_KEY: given ?? "" };
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, out, err };
}

const there = () => ["--worker", stack.worker.url];

describe("npm run usage", { timeout: 180_000 }, () => {
  it("shows a table for people, with an operator's key", async () => {
    const month = new Date().toISOString().slice(0, 7);
    const { code, out, err } = await usage(["--month", month, "--by", "tag", ...there()], key);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const [title, , head, row, total] = out.split("\n");
    expect(title).toMatch(new RegExp(`^${month}-01 to ${month}-\\d\\d \\(UTC\\), by tag$`));
    expect(head).toMatch(/^tag +calls +under way +spent +reserved +given back +failed +unpriced$/);
    expect(row).toMatch(/^customer-17 +1 +0 +1 +0 +0 +0 +0$/);
    expect(total).toMatch(/^total +1 +0 +1 +0 +0 +0 +0$/);
  });

  it("prints CSV and JSON for programs, and what fits its filters", async () => {
    const csv = await usage(["--by", "tag", "--csv", ...there()], key);
    expect(csv.out).toMatch(/^tag,calls,reserved_calls,.*\r\ncustomer-17,1,0,0,1,0,0,0\r\n$/);
    const answer = JSON.parse((await usage(["--by", "type", "--json", ...there()], key)).out);
    expect(answer).toMatchObject({ by: "type", groups: [{ key: "text", calls: 1 }], cursor: null });
    const none = await usage(["--tag", "nobody", ...there()], key);
    expect(none).toMatchObject({ code: 0, out: expect.stringContaining("Nothing was spent.") });
  });

  it("says that a client is named by its id, when nothing was found of one", async () => {
    const none = await usage(["--client", "ops", ...there()], key);
    expect(none).toMatchObject({ code: 0, err: expect.stringContaining("--client takes the id of a client") });
    const all = await usage(there(), key);
    expect(all).toMatchObject({ code: 0, err: "" });
  });

  it("makes itself a key where the clients are at hand, and leaves none behind", async () => {
    const made = await usage([...there(), "--persist-to", folder]);
    expect(made).toMatchObject({ code: 0, out: expect.stringContaining("by day") });
    expect((await runClients("list", "--persist-to", folder)).out).not.toContain("usage-");
  });

  it("passes on why the Worker refuses", async () => {
    const old = await usage(["--from", "2001-01-01", ...there()], key);
    expect(old).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringContaining("from must not be after to, nor before "),
    });
    expect(old.err).not.toContain("Is it this Worker");
    const foreign = await usage(["--client", "other", ...there()], stack.key);
    expect(foreign).toMatchObject({ code: 1, out: "", err: expect.stringContaining("403 scope_required") });
    const nobody = await usage(["--worker", "http://localhost:1"], "ge_none");
    expect(nobody).toMatchObject({ code: 1, out: "", err: expect.stringContaining("can't be reached") });
  });

  it("lists what it can do, and refuses what it can't, with exit code 2", async () => {
    expect(await usage(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("usage -- --month") });
    const wrong: [string[], string][] = [
      [["--by", "tags"], "Did you mean tag?"],
      [["--mont", "2026-11"], "Did you mean --month?"],
      [["--month", "2026-13"], "is not a month"],
      [["--month", "2026-11", "--from", "2026-11-01"], "--month stands without"],
      [["--from", "yesterday"], "is not a day"],
      [["--csv", "--json"], "choose one"],
      [["tag"], '"tag" is not expected'],
      [["--remote"], "--worker is missing"],
      [["--remote", "--persist-to", "x"], "local clients only"],
    ];
    for (const [args, said] of wrong)
      expect(await usage(args), args.join(" ")).toMatchObject({
        code: 2,
        out: "",
        err: expect.stringContaining(said),
      });
  });
});
