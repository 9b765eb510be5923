import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalStack, startWithSimulator } from "../../scripts/local/local-stack.ts";
import { runClients } from "../support/clients-script.ts";
import { json } from "../support/stack.ts";

const IMAGE = { generation_type: "image_from_text", data: { prompt: "A cup of coffee" } };

let folder: string;
let stack: LocalStack;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-usage-"));
  stack = await startWithSimulator({ port: 0, persistTo: folder });
}, 180_000);
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

const clients = (...args: string[]) => runClients(...args, "--persist-to", folder);
const usage = (name: string, worker = stack.worker.url) => clients("usage", name, "--worker", worker);
const RIGHTS = ["--scopes", "read,generate", "--agents", "42"];

describe("what a client has used today and this month", { timeout: 180_000 }, () => {
  it("is shown to an operator who manages the clients, with what is left, and no key stays behind", async () => {
    const added = await clients(
      "add",
      "web",
      ...RIGHTS,
      "--charges-per-day",
      "2",
      "--credits-per-day",
      "50",
      "--credits-per-month",
      "500",
    );
    const headers = { "x-api-key": added.out.trim(), "idempotency-key": "one" };
    const generate = `${stack.worker.url}/v1/vidsheet/101/cells/10111/generate?agent_id=42`;
    expect((await fetch(generate, json("POST", IMAGE, headers))).status).toBe(201);

    // The ledger hears of it after the answer.
    await expect.poll(async () => (await usage("web")).out).toContain("charged calls: 1 spent");
    const asked = await usage("web");
    expect(asked).toMatchObject({ code: 0, err: "" });
    expect(asked.out).toMatch(
      /^Client "web" \(id \w{10}\), \d{4}-\d\d-\d\d \(UTC\)\ncharged calls: 1 spent, 0 reserved, 1 left of 2\ncredits: 20 spent, 0 reserved, 30 left of 50\nthis month, charged calls: 1 spent, 0 reserved, no limit\nthis month, credits: 20 spent, 0 reserved, 480 left of 500\n$/,
    );
    expect((await clients("list")).out).not.toContain("usage-");
  });

  it("is shown without a limit, too", async () => {
    await clients("add", "free", ...RIGHTS);
    const shown = expect.stringContaining("credits: 0 spent, 0 reserved, no limit");
    expect(await usage("free")).toMatchObject({ code: 0, out: shown });
  });

  it("is each user's own under a policy", async () => {
    await clients("policy", "users", ...RIGHTS, "--charges-per-day", "2");
    expect(await usage("users")).toMatchObject({
      code: 1,
      err: expect.stringContaining("each user is counted separately"),
    });
  });

  it("can't be shown when no Worker is there, or when it is somebody else's", async () => {
    const nobody = await usage("web", "http://localhost:1");
    expect(nobody).toMatchObject({ code: 1, out: "", err: expect.stringContaining("can't be reached") });
    const other = await usage("web", new URL(stack.gen?.urls.control ?? "").origin);
    expect(other).toMatchObject({ code: 1, out: "", err: expect.stringContaining("Is it this Worker") });
    expect((await clients("list")).out).not.toContain("usage-");
  });

  it("needs the address of a Worker that is deployed", async () => {
    const child = await clients("usage", "web", "--worker", "localhost");
    expect(child).toMatchObject({ code: 2, err: expect.stringContaining("is not a valid address") });
  });
});
