import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsePolicy, type RawPolicy } from "../../scripts/clients/parse-policy.ts";
import { putClient } from "../../scripts/clients/store.ts";
import { runWrangler } from "../../scripts/local/wrangler.ts";
import { createClientKey, hashSecret, parseClientKey } from "../../src/access/client-key.ts";
import type { ClientRecord } from "../../src/access/client-record.ts";
import { parseKeep } from "../../src/clients/parse-keep.ts";
import { runClients } from "../support/clients-script.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-clients-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const local = (...args: string[]) => runClients(...args, "--persist-to", folder);

describe("a client's life", { timeout: 180_000 }, () => {
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
    const [many = "", web = ""] = out.trim().split("\n\n");
    expect(web.split("\n").map((line) => line.replaceAll(/ +/g, " ").trim())).toEqual([
      `web ${id}`,
      "scopes read, generate",
      "agents 42, agent_456",
      "origins https://app.example.com",
      "expires 2999-01-01",
      expect.stringMatching(/^created \d{4}-/),
    ]);
    expect(many).toMatch(/^many +\w{10}\n +scopes +read\n +agents +1000000, /);
    expect(many.match(/\d{7}/g)).toEqual(MANY);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out).not.toContain(secret);
  });

  it("is paused and resumed under the same key", async () => {
    expect(await local("pause", "web")).toMatchObject({ code: 0, err: expect.stringContaining('Client "web" (id') });
    expect((await local("list")).out).toMatch(/^web +\w{10} +PAUSED$/m);
    expect(await local("resume", "web")).toMatchObject({ code: 0, err: expect.stringContaining("is resumed") });
    const record = await readRecord(key);
    expect(record).not.toHaveProperty("paused");
    expect(record.secretHash).toBe(await hashSecret(secretOf(key)));
  });

  it("gets a new key of the same id, and the one before stays good as long as it is told to", async () => {
    const rotated = await local("rotate", "web", "--keep", "2h");
    const next = rotated.out.trim();
    expect(rotated).toMatchObject({ code: 0, err: expect.stringContaining("stays valid until") });
    expect(parseClientKey(next)?.id).toBe(parseClientKey(key)?.id);
    expect(next).not.toBe(key);

    const record = await readRecord(key);
    expect(record).toMatchObject({ name: "web", scopes: ["read", "generate"], agents: ["42", "agent_456"] });
    expect(record.secretHash).toBe(await hashSecret(secretOf(next)));
    expect(record.former?.secretHash).toBe(await hashSecret(secretOf(key)));
    expect(Math.abs((record.former?.until ?? 0) - Date.now() - 2 * 3_600_000)).toBeLessThan(60_000);
  });

  it("has two good keys at most, and one after `--keep 0`", async () => {
    const { out, err } = await local("rotate", "web", "--keep", "0");
    expect(err).toContain("The previous key stops working within a minute.");
    expect(err).toContain(
      "within about a minute of this can undo it. If the new key is still refused after a minute, rotate again.",
    );
    const record = await readRecord(key);
    expect(record).toMatchObject({ secretHash: await hashSecret(secretOf(out.trim())) });
    expect(record.former).toBeUndefined();
  });

  it("is gone once it is revoked", async () => {
    const revoked = await local("revoke", "web");
    expect(revoked).toMatchObject({ code: 0, err: expect.stringContaining("is revoked") });
    expect(revoked.err).toContain("within about a minute of this can undo it. Look with `list` after a minute");
    expect(await local("revoke", "web")).toMatchObject({ code: 1, err: expect.stringContaining("There are: many.") });
  });
});

const secretOf = (key: string) => parseClientKey(key)?.secret ?? "";

async function readRecord(key: string): Promise<ClientRecord> {
  return JSON.parse(await readStored(parseClientKey(key)?.id ?? ""));
}

function readStored(name: string): Promise<string> {
  const where = ["--binding", "CLIENTS", "--local", "--persist-to", folder];
  return runWrangler(["kv", "key", "get", name, "--text", ...where]);
}

describe("a policy's life", { timeout: 180_000 }, () => {
  const flags = ["--scopes", "read,generate", "--agents", "42", "--origins", "https://app.example.com"];
  const bounds = ["--generation-types", "text,render", "--max-duration", "10", "--tier", "low"];
  const money = ["--credits-per-month", "500", "--price", "render=50", "--price", "sheets.act=2.5", "--tag", "web"];

  it("is made with its bounds, stands under its name, and is listed as what it is", async () => {
    const made = await local("policy", "web-users", ...flags, ...bounds, ...money);
    expect(made).toMatchObject({ code: 0, out: "", err: expect.stringContaining('Policy "web-users" is created.') });
    expect(JSON.parse(await readStored("policy:web-users"))).toEqual({
      name: "web-users",
      scopes: ["read", "generate"],
      agents: ["42"],
      origins: ["https://app.example.com"],
      expiresAt: null,
      generationTypes: ["text", "render"],
      maxDurationSeconds: 10,
      tier: "low",
      creditsPerMonth: 500,
      prices: { render: 50, "sheets.act": 2.5 },
      tag: "web",
    });
    const { out } = await local("list");
    expect(out).toMatch(/^web-users +\(policy\)$/m);
    expect(out).toMatch(
      /types +text, render\n +limits +10 s a film or song, 500 credits a month\n +prices +render 50, sheets\.act 2\.5\n +tag +web\n +tier +low\n +expires +never$/m,
    );
  });

  it("shares its names with clients, so that a name means one of them", async () => {
    const client = await local("add", "web-users", "--scopes", "read", "--agents", "42");
    expect(client).toMatchObject({ code: 1, err: expect.stringContaining('a policy named "web-users" already') });
    await local("add", "server", "--scopes", "read", "--agents", "42");
    const policy = await local("policy", "server", ...flags);
    expect(policy).toMatchObject({ code: 1, err: expect.stringContaining('a client named "server" already') });
  });

  it("is replaced as a whole, and stays paused if it was", async () => {
    await local("pause", "web-users");
    const replaced = await local("policy", "web-users", ...flags);
    expect(replaced.err).toContain('Policy "web-users" is replaced; it is still paused.');
    expect(JSON.parse(await readStored("policy:web-users"))).not.toHaveProperty("tier");
    expect(JSON.parse(await readStored("policy:web-users"))).toMatchObject({ paused: true });
  });

  it("has no key to change, and ends as a client does", async () => {
    const rotated = await local("rotate", "web-users");
    expect(rotated).toMatchObject({ code: 1, out: "", err: expect.stringContaining("has no key") });
    const revoked = await local("revoke", "web-users");
    expect(revoked).toMatchObject({ code: 0, err: expect.stringContaining("Tokens that name it stop working") });
    expect((await local("list")).out).not.toContain("web-users");
  });
});

describe("a policy that is not possible", () => {
  const NOW = Date.parse("2026-11-22");
  const GOOD: RawPolicy = { name: "web", scopes: "read", agents: "42", origins: undefined, expires: undefined };
  const judge = (raw: Partial<RawPolicy>) => parsePolicy({ ...GOOD, ...raw }, NOW);

  it.each([
    ["a name in capitals", { name: "Web" }, "Allowed: a-z, 0-9 and -"],
    ["the name of npm start's client", { name: "local" }, "taken by `npm start`"],
    ["no scopes", { scopes: undefined }, "--scopes is missing. Allowed: read, edit, generate"],
    ["an unknown scope", { scopes: "read,write" }, 'no scope "write". Allowed: read, edit'],
    ["a misspelt scope", { scopes: "reed" }, 'no scope "reed". Did you mean read? Allowed: read, edit'],
    ["a misspelt operation", { operations: "sheets.gte" }, 'no operation "sheets.gte". Did you mean sheets.get?'],
    ["a misspelt type", { generationTypes: "txt" }, 'no type "txt". Did you mean text? Allowed: text, image_from_text'],
    ["a type that nobody knows", { generationTypes: "hologram" }, "A newer type of GEN's goes into --other-types."],
    ["a known type as another", { otherTypes: "text" }, '"text" is known: list it in --generation-types'],
    ["another type in words", { otherTypes: "short film" }, '--other-types: "short film" is not valid'],
    ["no agents", { agents: undefined }, "--agents is missing. Allowed: ids like 42"],
    ["an agent with a blank", { agents: "4 2" }, '"4 2" is not valid'],
    ["all agents and one", { agents: "*,42" }, "'*' alone"],
    ["an origin with a slash", { origins: "https://a.test/" }, "Did you mean https://a.test?"],
    ["an origin with its default port", { origins: "https://a.test:443" }, "Did you mean https://a.test?"],
    ["an origin without a scheme", { origins: "a.test" }, '"a.test" is not an origin. Allowed: scheme://host'],
    ["all origins", { origins: "*" }, "is not an origin"],
    ["a wildcard origin", { origins: "https://*.a.test" }, '"https://*.a.test" is not an origin. Allowed: '],
    [
      "a wildcard origin in capitals",
      { origins: "https://*.A.test/" },
      '"https://*.A.test/" is not an origin. Allowed: ',
    ],
    ["the null origin", { origins: "null" }, "is not an origin"],
    ["an app's origin with a slash", { origins: "capacitor://localhost/" }, "Did you mean capacitor://localhost?"],
    ["an origin in capitals", { origins: "HTTPS://A.test" }, "Did you mean https://a.test?"],
    ["an origin beyond ASCII", { origins: "https://bücher.test" }, "Did you mean https://xn--bcher-kva.test?"],
    ["a host and a port alone", { origins: "localhost:3000" }, "is not an origin. Allowed"],
    ["an origin of 301 characters", { origins: `https://${"a".repeat(293)}` }, "is not an origin"],
    ["30 February", { expires: "2999-02-30" }, "is not a date. Allowed: a day like"],
    ["a time without a zone", { expires: "2999-01-01T12:00" }, "is not a date"],
    ["a day that has passed", { expires: "2020-01-01" }, "is in the past"],
    ["an unknown operation", { operations: "sheets.read" }, 'no operation "sheets.read". Allowed: the names in src/'],
    ["an operation of another scope", { operations: "cells.generate" }, '"cells.generate" needs the scope generate'],
    ["no operations", { operations: " , " }, '--operations: there is no operation ""'],
    ["a sheet's path", { sheets: "101,/vidsheet/102" }, '--sheets: "/vidsheet/102" is not valid. Allowed: ids'],
    ["a type in words", { generationTypes: "short film" }, 'no type "short film". Allowed: text, image_from_text'],
    ["a quoted model", { models: "'small'" }, "is not valid. Allowed: names without spaces"],
    ["a length with its unit", { maxDuration: "10s" }, '"10s" is not valid. Allowed: seconds, like 10'],
    ["a length of nothing", { maxDuration: "0" }, '"0" is not valid'],
    ["runs of an account", { scopes: "pipelines", account: "acme" }, "runs use the default account"],
    [
      "an operation that spends later, under a quota",
      { scopes: "ideas", operations: "recurring.create", chargesPerDay: "5" },
      '--operations: "recurring.create" can never be used within the other bounds',
    ],
    [
      "a run under a bound of models",
      { scopes: "ideas", operations: "runs.create", models: "small" },
      '"runs.create" can never be used',
    ],
    [
      "a rendering under a limit of credits",
      { scopes: "generate", generationTypes: "text,render", maxCredits: "600" },
      '--generation-types: "render" can never be used within the other bounds: what it costs can\'t be checked against them. Name a price for it with --price.',
    ],
    [
      "what spends later, under a limit a month, which no price opens",
      { scopes: "ideas", operations: "recurring.create", creditsPerMonth: "5" },
      /"recurring\.create" can never be used within .* against them\.$/,
    ],
    ["a price without credits", { prices: "render" }, '--price: "render" is not valid. Allowed: a name and credits'],
    ["a price of a misspelt type", { prices: "redner=5" }, '--price: there is no "redner". Did you mean render?'],
    ["a price of what is free", { prices: "sheets.get=5" }, "is neither a generation type nor a charged operation"],
    ["two prices of a type", { prices: "render=5,render=6" }, '--price: "render" has two prices.'],
    ["half a call a month", { chargesPerMonth: "0.5" }, '--charges-per-month: "0.5" is not valid'],
    ["a tag with a blank", { tag: "customer 17" }, '--tag: "customer 17" is not valid. Allowed: 1 to 64 letters'],
    ["half a call a day", { chargesPerDay: "0.5" }, '"0.5" is not valid. Allowed: a whole number'],
    [
      "a price with its unit",
      { maxCredits: "600 credits" },
      '--max-credits: "600 credits" is not valid. Allowed: credits',
    ],
    ["a price below nothing", { creditsPerDay: "-1" }, '--credits-per-day: "-1" is not valid'],
    ["the name of a secret", { account: "GEN_API_KEY_ACME" }, "Allowed: a-z, 0-9 and -, like acme"],
    ["an unknown tier", { tier: "highest" }, 'no tier "highest". Allowed: low, standard, high.'],
    ["administration in a browser", { scopes: "admin", origins: "https://a.test" }, "never allowed from a browser"],
  ] satisfies [string, Partial<RawPolicy>, string | RegExp][])(
    "is refused with what is allowed: %s",
    (_, raw, words) => {
      const said = typeof words === "string" ? expect.stringContaining(words) : expect.stringMatching(words);
      expect(judge(raw)).toEqual({ ok: false, mistakes: [said] });
    },
  );

  it("is refused when it gives users' tokens administration", () => {
    expect(parsePolicy({ ...GOOD, scopes: "admin" }, NOW, "users")).toMatchObject({
      ok: false,
      mistakes: [expect.stringContaining("every user could administrate")],
    });
    expect(parsePolicy({ ...GOOD, scopes: "admin" }, NOW, "key")).toMatchObject({ ok: true });
  });

  it("is refused with all mistakes together", () => {
    const all = judge({ name: "Web", scopes: "x", agents: "*,1", origins: "y", expires: "z" });
    expect(all).toMatchObject({ mistakes: { length: 5 } });
  });

  it("a possible policy is taken as it is meant", () => {
    const raw = {
      scopes: "generate, read",
      agents: "*",
      origins: "http://localhost:3000, capacitor://localhost,https://my_app.test",
      expires: "2027-01-01T12:00:00+02:00",
    };
    expect(judge(raw)).toEqual({
      ok: true,
      policy: {
        name: "web",
        scopes: ["read", "generate"],
        agents: "*",
        origins: ["http://localhost:3000", "capacitor://localhost", "https://my_app.test"],
        expiresAt: Date.UTC(2027, 0, 1, 10),
      },
    });
  });

  it("a possible policy may bound whatever its bounds can judge, whatever else they close", () => {
    const operations = "cells.generate,cells.render,sheets.act,user_jobs.create,runs.create,sheets.get";
    expect(judge({ scopes: "read,generate,publish,ideas", operations, chargesPerDay: "5" })).toMatchObject({
      ok: true,
    });
    const types = {
      generationTypes: "text,lipsync",
      otherTypes: "hologram",
      models: "small",
      maxDuration: "5",
      maxCredits: "600",
    };
    expect(judge({ scopes: "read,generate", operations: "cells.generate,sheets.get", ...types })).toMatchObject({
      ok: true,
      policy: { generationTypes: ["text", "lipsync", "hologram"] },
    });
  });

  it("a possible policy opens what GEN can't estimate by a price", () => {
    const raw = { scopes: "generate,publish", generationTypes: "render", creditsPerMonth: "500", prices: "render=50" };
    expect(judge(raw)).toMatchObject({ ok: true });
    const operations = "sheets.act,cells.render,user_jobs.create";
    const prices = "sheets.act=1,cells.render=1,user_jobs.create=1";
    expect(judge({ scopes: "generate,publish", operations, maxCredits: "5", prices })).toMatchObject({ ok: true });
  });

  it("a possible policy has the bounds that were given", () => {
    const raw = {
      operations: "sheets.get, rows.list",
      sheets: "101,launch-2027",
      models: "sora-2, google/veo:3.1",
      maxDuration: "7.5",
      tier: "high",
      chargesPerDay: "100",
      maxCredits: "600.5",
      creditsPerDay: "5000",
      chargesPerMonth: "1000",
      creditsPerMonth: "50000.5",
      prices: "render=50, video_from_dreams=7.5, sheets.act=0",
      tag: "customer-17",
      tagRequired: true,
      account: "acme",
    };
    expect(judge(raw)).toMatchObject({
      policy: {
        operations: ["sheets.get", "rows.list"],
        sheets: ["101", "launch-2027"],
        models: ["sora-2", "google/veo:3.1"],
        maxDurationSeconds: 7.5,
        tier: "high",
        chargesPerDay: 100,
        maxCredits: 600.5,
        creditsPerDay: 5_000,
        chargesPerMonth: 1_000,
        creditsPerMonth: 50_000.5,
        prices: { render: 50, video_from_dreams: 7.5, "sheets.act": 0 },
        tag: "customer-17",
        tagRequired: true,
        account: "acme",
      },
    });
    expect(judge({})).not.toHaveProperty("policy.tier");
    expect(judge({})).not.toHaveProperty("policy.tagRequired");
  });
});

describe("the time that the previous key stays good", () => {
  it.each([
    ["24h", 86_400_000],
    ["30m", 1_800_000],
    ["30d", 30 * 86_400_000],
    ["0", 0],
  ])("may be %s", (text, ms) => {
    expect(parseKeep(text)).toBe(ms);
  });

  it.each(["", "24", "24 h", "1w", "-1h", "0h", "31d", "1e3h", "24H", "99999m"])("can't be “%s”", (text) => {
    expect(parseKeep(text)).toBeNull();
  });
});

describe("wrong use", () => {
  it.each([
    ["an impossible policy", ["add", "web", "--scopes", "read"], "--agents is missing."],
    [
      "agents that a shell has expanded",
      "add web --scopes read --agents README.md docs src".split(" "),
      "with the quotes",
    ],
    ["an unknown option", ["list", "--json"], "There is no option --json."],
    ["a misspelt option", "add web --scope read".split(" "), "no option --scope. Did you mean --scopes?"],
    ["an unknown command", ["remove", "web"], 'no command "remove"'],
    ["a misspelt command", ["lsit"], 'no command "lsit". Did you mean list?'],
    [
      "a blank in place of a comma",
      "add web --scopes read generate --agents 42".split(" "),
      "separated by commas, without spaces: --scopes read,generate",
    ],
    [
      "a second scope in place of the name",
      "add --scopes read generate --agents 42".split(" "),
      "A name stands before the options.",
    ],
    [
      "a number below nothing",
      "add web --scopes read --agents 42 --charges-per-day -1".split(" "),
      '"-1" is not valid',
    ],
    ["an option without its value", "add web --scopes --agents 42".split(" "), "--scopes needs a value."],
    ["nothing", [], "npm run clients -- add <name>"],
    ["nobody to revoke", ["revoke"], "A name or id is missing"],
    ["nobody to pause", ["pause"], "npm run clients -- pause <name or id>"],
    [
      "an impossible time",
      "rotate web --keep forever".split(" "),
      '"forever" is not valid. Allowed: a time like 24h, 30m or 7d',
    ],
    ["a bound without a meaning", "revoke web --sheets 101".split(" "), "--sheets is not an option of revoke."],
  ])("ends with code 2 and shows the usage: %s", async (_, args, words) => {
    const { code, out, err } = await runClients(...args);
    expect(err).toContain(words);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });
});

describe("help", () => {
  it.each(["help", "--help", "-h"])("is printed for %s", async (ask) => {
    expect(await runClients(ask)).toEqual({ code: 0, out: expect.stringContaining("-- add <name>"), err: "" });
  });
});
