import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePolicy, type RawPolicy } from "../../scripts/clients/parse-policy.ts";
import { putClient } from "../../scripts/clients/store.ts";
import { runWrangler } from "../../scripts/local/wrangler.ts";
import { createClientKey, hashSecret, parseClientKey } from "../../src/access/client-key.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/clients.ts", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-clients-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function clients(...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
}

const local = (...args: string[]) => clients(...args, "--persist-to", folder);

describe("a client's life", { timeout: 60_000 }, () => {
  const MANY = Array.from({ length: 200 }, (_, index) => String(1_000_000 + index));
  let key: string;

  it("gets a key that is printed alone, once, and kept as a hash under its id", async () => {
    const flags = ["--origins", "https://app.example.com", "--expires", "2999-01-01"];
    const added = await local("add", "web", "--scopes", "read,generate", "--agents", "42,agent_456", ...flags);
    key = added.out.trim();
    const parsed = parseClientKey(key);
    expect(added).toMatchObject({ code: 0, err: expect.stringContaining("can't be shown again") });
    expect(parsed).not.toBeNull();

    const where = ["--binding", "CLIENTS", "--local", "--persist-to", folder];
    const stored = await runWrangler(["kv", "key", "get", parsed?.id ?? "", "--text", ...where]);
    expect(JSON.parse(stored)).toEqual({
      name: "web",
      scopes: ["read", "generate"],
      agents: ["42", "agent_456"],
      origins: ["https://app.example.com"],
      expiresAt: Date.parse("2999-01-01"),
      secretHash: await hashSecret(parsed?.secret ?? ""),
    });
  });

  it("has a name of its own", async () => {
    const again = await local("add", "web", "--scopes", "read", "--agents", "42");
    expect(again).toMatchObject({ code: 1, out: "", err: expect.stringContaining('a client named "web" already') });
  });

  it("is listed without its key, also when its policy is too long for KV's metadata", async () => {
    const policy = { name: "many", scopes: ["read" as const], agents: MANY, origins: [], expiresAt: null };
    await putClient({ remote: false, persistTo: folder }, { key: createClientKey(), policy, createdAt: 0 });
    const [, id, secret] = key.split("_");
    const { code, out } = await local("list");
    expect(code).toBe(0);
    expect(out).toMatch(/^NAME +ID +SCOPES +AGENTS +ORIGINS +EXPIRES +CREATED$/m);
    expect(out).toMatch(
      new RegExp(`^web +${id} +read,generate +42,agent_456 +https://app.example.com +2999-01-01 +\\d{4}-`, "m"),
    );
    expect(out).toMatch(new RegExp(`^many +\\w{10} +read +${MANY.join(",")} +none +never +1970-01-01$`, "m"));
    expect(out).not.toContain(secret);
  });

  it("is gone once it is revoked", async () => {
    expect(await local("revoke", "web")).toMatchObject({ code: 0, err: expect.stringContaining("is revoked") });
    expect(await local("revoke", "web")).toMatchObject({ code: 1, err: expect.stringContaining("There are: many.") });
  });
});

describe("a policy that is not possible is refused with what is allowed", () => {
  const NOW = Date.parse("2026-11-22");
  const GOOD: RawPolicy = { name: "web", scopes: "read", agents: "42", origins: undefined, expires: undefined };
  const judge = (raw: Partial<RawPolicy>) => parsePolicy({ ...GOOD, ...raw }, NOW);

  it.each([
    ["a name in capitals", { name: "Web" }, "Allowed: a-z, 0-9 and -"],
    ["the name of npm start's client", { name: "local" }, "taken by `npm start`"],
    ["no scopes", { scopes: undefined }, "--scopes is missing. Allowed: read, edit, generate"],
    ["an unknown scope", { scopes: "read,write" }, 'no scope "write". Allowed: read, edit'],
    ["no agents", { agents: undefined }, "--agents is missing. Allowed: ids like 42"],
    ["an agent with a blank", { agents: "4 2" }, '"4 2" is not possible'],
    ["all agents and one", { agents: "*,42" }, "'*' alone"],
    ["an origin with a slash", { origins: "https://a.test/" }, "Did you mean https://a.test?"],
    ["an origin with its default port", { origins: "https://a.test:443" }, "Did you mean https://a.test?"],
    ["an origin without a scheme", { origins: "a.test" }, '"a.test" is not an origin. Allowed: scheme://host'],
    ["all origins", { origins: "*" }, "is not an origin"],
    ["a wildcard origin", { origins: "https://*.a.test" }, "is not an origin"],
    ["the null origin", { origins: "null" }, "is not an origin"],
    ["30 February", { expires: "2999-02-30" }, "is not a date. Allowed: a day like"],
    ["a time without a zone", { expires: "2999-01-01T12:00" }, "is not a date"],
    ["a day that has passed", { expires: "2020-01-01" }, "is in the past"],
    ["administration in a browser", { scopes: "admin", origins: "https://a.test" }, "never for a browser"],
  ] satisfies [string, Partial<RawPolicy>, string][])("%s", (_, raw, words) => {
    expect(judge(raw)).toEqual({ ok: false, mistakes: [expect.stringContaining(words)] });
  });

  it("all mistakes together", () => {
    const all = judge({ name: "Web", scopes: "x", agents: "*,1", origins: "y", expires: "z" });
    expect(all).toMatchObject({ mistakes: { length: 5 } });
  });

  it("but a possible one is taken as it is meant", () => {
    const raw = {
      scopes: "generate, read",
      agents: "*",
      origins: "http://localhost:3000",
      expires: "2027-01-01T12:00:00+02:00",
    };
    expect(judge(raw)).toEqual({
      ok: true,
      policy: {
        name: "web",
        scopes: ["read", "generate"],
        agents: "*",
        origins: ["http://localhost:3000"],
        expiresAt: Date.UTC(2027, 0, 1, 10),
      },
    });
  });
});

describe("wrong use ends with code 2 and says how it goes", () => {
  it.each([
    ["an impossible policy", ["add", "web", "--scopes", "read"], "--agents is missing."],
    [
      "agents that a shell has expanded",
      "add web --scopes read --agents README.md docs src".split(" "),
      "with the quotes",
    ],
    ["an unknown option", ["list", "--json"], "Unknown option '--json'"],
    ["an unknown command", ["remove", "web"], 'no command "remove"'],
    ["nothing", [], "npm run clients -- add <name>"],
    ["nobody to revoke", ["revoke"], "Which one?"],
  ])("%s", async (_, args, words) => {
    const { code, out, err } = await clients(...args);
    expect(err).toContain(words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });
});
