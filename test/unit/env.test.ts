import { describe, expect, it } from "vitest";
import { readBudgets } from "../../src/budget-variables.ts";
import { ConfigError, parseConfig } from "../../src/env.ts";
import { checkMoneyVariables } from "../../src/money/check-variables.ts";
import { findMisspelt } from "../../src/variables.ts";

const KEY = { GEN_API_KEY: "gen_pat_0123456789" };
const toSecret = (bytes: number) => `whsec_${Buffer.alloc(bytes, 5).toString("base64")}`;

function catchProblems(env: unknown): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

/** The names of the variables with a problem, in the order of the error's lines. */
const findWrong = (env: unknown) => catchProblems(env).map((problem) => problem.split(" ")[0]);

describe("the configuration", () => {
  it("needs GEN's key alone", () => {
    expect(parseConfig(KEY)).toEqual({
      gen: {
        keys: { default: ["gen_pat_0123456789"] },
        baseUrls: {
          api: "https://api.gen.pro/v1",
          agent: "https://agent.gen.pro/v1",
          "agent-core": "https://agent-core.gen.pro/v1",
        },
        attemptTimeoutMs: 10_000,
        maxAttempts: 8,
        backoffBaseMs: 250,
      },
      httpBudgetMs: 25_000,
      maxWaitMs: 60_000,
      maxSubrequests: 50,
      webhookBudgetMs: 5_000,
      cronBudgetMs: 60_000,
      lowCredits: null,
      calls: { timeoutMs: 60_000, quietMs: 60_000, lostQuietMs: 3_000 },
      activityShards: 1,
      webhooks: null,
      pipelineVariables: {},
      sourceSecrets: {},
      notify: null,
      jwt: null,
      ticketSecret: null,
      chargesPaused: false,
      budgets: [],
      prices: {},
    });
  });

  it("takes every variable that is set", () => {
    const config = parseConfig({
      GEN_API_KEY: " ref_0123456789\n",
      ACTIVITY_SHARDS: "4",
      CALL_TIMEOUT_MS: "30000",
      CALL_QUIET_MS: "0",
      CALL_LOST_QUIET_MS: "5000",
      GEN_WEBHOOK_SECRET: "sixteen characters",
      GEN_WEBHOOK_VERSION: "2",
      NOTIFY_URL: " https://a.example/hooks?token=x@y\n",
      NOTIFY_SECRET: toSecret(24),
      NOTIFY_SECRET_NEXT: toSecret(64),
      JWT_JWKS_URL: "https://id.example/jwks.json",
      JWT_ISSUER: "https://id.example/",
      JWT_AUDIENCE: "gen-edge",
      JWT_POLICY_CLAIM: "/app_metadata/policy",
      JWT_DEFAULT_POLICY: "web-users",
      TICKET_SECRET: "sixteen characters",
      CHARGES_PAUSED: "true",
      GEN_BASE_URL: "https://a.example/v1/",
      GEN_AGENT_BASE_URL: "http://127.0.0.1:4001/agent//",
      GEN_AGENT_CORE_BASE_URL: "http://localhost:4001",
      HTTP_BUDGET_MS: "1000",
      MAX_WAIT_MS: "600000",
      WEBHOOK_BUDGET_MS: "60000",
      ATTEMPT_TIMEOUT_MS: " 5000 ",
      MAX_ATTEMPTS: "1",
      MAX_SUBREQUESTS: "1000",
      BACKOFF_BASE_MS: "1",
      CRON_BUDGET_MS: "1000",
      LOW_CREDITS: "0",
      BUDGETS: "all 20000 credits/day; tag:* 50 calls/month",
      PRICES: "render=50, sheets.act=2.5",
    });

    expect(config).toEqual({
      gen: {
        keys: { default: ["ref_0123456789"] },
        baseUrls: {
          api: "https://a.example/v1",
          agent: "http://127.0.0.1:4001/agent",
          "agent-core": "http://localhost:4001",
        },
        attemptTimeoutMs: 5_000,
        maxAttempts: 1,
        backoffBaseMs: 1,
      },
      httpBudgetMs: 1_000,
      maxWaitMs: 600_000,
      maxSubrequests: 1_000,
      webhookBudgetMs: 60_000,
      cronBudgetMs: 1_000,
      lowCredits: 0,
      calls: { timeoutMs: 30_000, quietMs: 0, lostQuietMs: 5_000 },
      activityShards: 4,
      webhooks: { secret: "sixteen characters", version: 2 },
      pipelineVariables: {},
      sourceSecrets: {},
      notify: { url: "https://a.example/hooks?token=x@y", secrets: [toSecret(24), toSecret(64)] },
      jwt: {
        jwksUrl: "https://id.example/jwks.json",
        issuer: "https://id.example/",
        audience: "gen-edge",
        policyClaim: "/app_metadata/policy",
        defaultPolicy: "web-users",
      },
      ticketSecret: "sixteen characters",
      chargesPaused: true,
      budgets: [
        { of: "all", name: "", unit: "credits", per: "day", limit: 20_000 },
        { of: "tag", name: "*", unit: "calls", per: "month", limit: 50 },
      ],
      prices: { render: 50, "sheets.act": 2.5 },
    });
  });

  it("has the secrets of other services' webhooks, whatever these are called, and not GEN's own", () => {
    const secrets = { GITHUB_WEBHOOK_SECRET: "1", GITHUB_WEBHOOK_SECRET_NEXT: "2", GEN_LIKE_WEBHOOK_SECRET: "3" };
    const { sourceSecrets } = parseConfig({ ...KEY, ...secrets, GEN_WEBHOOK_SECRET: "sixteen characters" });

    expect(sourceSecrets).toEqual(secrets);
  });

  it("has no blanks around a base URL", () => {
    const { gen } = parseConfig({ ...KEY, GEN_BASE_URL: " https://a.example/v1/\n" });

    expect(gen.baseUrls.api).toBe("https://a.example/v1");
  });

  it("has the keys of more accounts, each with the one that follows it", () => {
    const { gen } = parseConfig({
      ...KEY,
      GEN_API_KEY_NEXT: "gen_pat_next_1",
      GEN_API_KEY_ACME_CORP: "gen_pat_acme_1",
      GEN_API_KEY_ACME_CORP_NEXT: "gen_pat_acme_2",
    });

    expect(gen.keys).toEqual({
      default: [KEY.GEN_API_KEY, "gen_pat_next_1"],
      "acme-corp": ["gen_pat_acme_1", "gen_pat_acme_2"],
    });
  });

  it("ignores bindings and variables of others", () => {
    expect(catchProblems({ ...KEY, CLIENTS: {}, OTHER: 5 })).toEqual([]);
  });
});

describe("a wrong configuration", () => {
  it("names a further key that can't be one, and does not say it", () => {
    const problems = catchProblems({ ...KEY, GEN_API_KEY_ACME: "short" });

    expect(problems).toEqual([expect.stringMatching(/^GEN_API_KEY_ACME must be GEN's personal access token/)]);
  });

  it("has all its problems in one error", () => {
    const env = {
      GEN_BASE_URL: "ftp://hidden-1",
      GEN_AGENT_BASE_URL: "hidden-2",
      GEN_AGENT_CORE_BASE_URL: "",
      HTTP_BUDGET_MS: "hidden-3",
      MAX_WAIT_MS: "-1",
      WEBHOOK_BUDGET_MS: "0",
      ATTEMPT_TIMEOUT_MS: "999",
      MAX_ATTEMPTS: "51",
      MAX_SUBREQUESTS: "0",
      BACKOFF_BASE_MS: "",
      CRON_BUDGET_MS: "999",
      LOW_CREDITS: "-1",
      CALL_TIMEOUT_MS: "1",
      CALL_QUIET_MS: "-1",
      GEN_WEBHOOK_SECRET: "short",
      GEN_WEBHOOK_VERSION: "0",
      NOTIFY_URL: "http://hidden-5",
      NOTIFY_SECRET: "whsec_hidden-6",
      NOTIFY_SECRET_NEXT: "hidden-7",
    };

    expect(findWrong(env)).toEqual(["GEN_API_KEY", ...Object.keys(env)]);
    expect(() => parseConfig(env)).toThrow(ConfigError);
  });

  it("says all of them in the error's message, and no value", () => {
    const env = { GEN_API_KEY: "hid-1 den", GEN_BASE_URL: "https://hid-2.example/?hid-3", MAX_ATTEMPTS: "hid-4" };

    expect(() => parseConfig(env)).toThrow(/GEN_API_KEY .* GEN_BASE_URL .* MAX_ATTEMPTS /);
    expect(() => parseConfig(env)).not.toThrow(/hid-/);
  });

  it.each([
    ["BUDGETS", "all", "entry 1 is not valid. Allowed: a holder, a limit, a unit and a period"],
    ["BUDGETS", "all 5 calls/day; all many calls/day", "entry 2 is not valid."],
    ["BUDGETS", "all 5 calls/week", "entry 1 is not valid."],
    ["BUDGETS", "all 5 calls", "entry 1 is not valid."],
    ["BUDGETS", "all -5 calls/day", "entry 1 is not valid."],
    ["BUDGETS", "\nall 5 calls/day\n\n all 6 calls/day\n", "entry 2 limits what an entry before it limits, too."],
    ["BUDGETS", "all 2.5 calls/day", "entry 1 counts calls, so its limit must be a whole number."],
    ["BUDGETS", "client:web 5 calls/day", 'entry 1 names no possible holder. Allowed: "all", "account:acme"'],
    ["BUDGETS", "tag 5 calls/day", "entry 1 names no possible holder."],
    ["BUDGETS", "all:x 5 calls/day", "entry 1 names no possible holder."],
    ["BUDGETS", "all:* 5 calls/day", "entry 1 names no possible holder."],
    ["BUDGETS", "tag:a:b 5 calls/day", "entry 1 names no possible holder."],
    ["BUDGETS", "constructor:a 5 calls/day", "entry 1 names no possible holder."],
    ["BUDGETS", "account:acme 5 calls/day", "limits the GEN account acme, which has no key."],
    ["BUDGETS", 5, "must be a text."],
    ["PRICES", "render", 'entry 1 is not valid. Allowed: a name and credits, like "render=50".'],
    ["PRICES", "render=50, render=60", "entry 2 has a price already."],
    ["PRICES", "render=fifty", "entry 1 is not valid."],
    ["PRICES", "sheets.get=5", "entry 1 is neither a generation type nor a charged operation"],
    ["PRICES", "__proto__=5", "entry 1 is neither a generation type nor a charged operation"],
  ])("says what is wrong with %s = %j", (name, value, fault) => {
    expect(catchProblems({ ...KEY, [name]: value })).toEqual([expect.stringContaining(`${name} ${fault}`)]);
  });

  it("says all that is wrong with a list", () => {
    const budgets = "x; all 5 calls/day; y; account:acme 5 calls/day";
    const problems = catchProblems({ ...KEY, BUDGETS: budgets, PRICES: "a, b" });
    expect(problems.map((problem) => problem.split(" ").slice(0, 3).join(" "))).toEqual([
      "BUDGETS entry 1",
      "BUDGETS entry 3",
      "PRICES entry 1",
      "PRICES entry 2",
      "BUDGETS limits the",
    ]);
  });

  it("names a budget of a pipeline that is not there, and a price for a misspelt type", () => {
    const budgets = readBudgets("pipeline:other 5 calls/day; pipeline:mine 5 calls/day; pipeline:* 9 calls/day").value;
    const prices = { redner: 5, render: 5, hologram: 5, "cells.render": 5 };
    expect(checkMoneyVariables({ budgets, prices }, ["mine"])).toEqual([
      { variable: "BUDGETS", fault: "limits the pipeline other, which does not exist." },
      { variable: "PRICES", fault: "has a misspelt name. Did you mean render?" },
    ]);
  });

  it("says that a key is missing", () => {
    expect(catchProblems({})).toEqual(["GEN_API_KEY is missing."]);
  });

  it.each([
    ["that is empty", ""],
    ["that is blank", "        "],
    ["of seven characters", "1234567"],
    ["of more than 512", "x".repeat(513)],
    ["with a space in it", "gen_pat 0123456789"],
    ["with a line break in it", "gen_pat\n0123456789"],
    ["that no header can hold", "gen_pat_é123456789"],
    ["that is a number", 12_345_678],
    ["that is null", null],
  ])("is refused with a key %s", (_what, key) => {
    expect(findWrong({ GEN_API_KEY: key })).toEqual(["GEN_API_KEY"]);
  });

  it("takes what TOML writes without quotes: numbers, true and false, and lists for pipelines", () => {
    const inputs = [{ sheet: 101 }];
    const config = parseConfig({ ...KEY, MAX_ATTEMPTS: 3, CHARGES_PAUSED: true, PIPELINE_A: inputs, PIPELINE_B: 5 });
    expect(config).toMatchObject({ gen: { maxAttempts: 3 }, chargesPaused: true });
    expect(config.pipelineVariables).toEqual({ PIPELINE_A: JSON.stringify(inputs), PIPELINE_B: "5" });
    expect(parseConfig({ ...KEY, CHARGES_PAUSED: false }).chargesPaused).toBe(false);
  });

  it.each([
    ["MAX_ATTEMPTS", 51],
    ["MAX_ATTEMPTS", 2.5],
    ["CHARGES_PAUSED", 1],
    ["JWT_POLICY_CLAIM", 5_550_123],
    ["NOTIFY_URL", 5_550_123],
    ["GEN_API_KEY_ACME", 5_550_123],
    ["GITHUB_WEBHOOK_SECRET", 5_550_123],
  ])("is refused with %s = %d, by its name and not its value", (name, value) => {
    expect(findWrong({ ...KEY, [name]: value })).toEqual([name]);
    expect(() => parseConfig({ ...KEY, [name]: value })).not.toThrow(/5_?550/);
  });

  it.each([
    ["HTTP_BUDGET_MS", 1_000, 600_000],
    ["MAX_WAIT_MS", 1_000, 600_000],
    ["WEBHOOK_BUDGET_MS", 1_000, 60_000],
    ["ATTEMPT_TIMEOUT_MS", 1_000, 60_000],
    ["MAX_ATTEMPTS", 1, 50],
    ["MAX_SUBREQUESTS", 1, 10_000],
    ["BACKOFF_BASE_MS", 1, 10_000],
  ])("is refused with %s below %i or above %i", (name, min, max) => {
    const isWrong = (value: number) => catchProblems({ ...KEY, [name]: String(value) });

    expect([isWrong(min), isWrong(max)]).toEqual([[], []]);
    expect([isWrong(min - 1), isWrong(max + 1)]).toEqual([
      [`${name} must be a whole number from ${min} to ${max}.`],
      [`${name} must be a whole number from ${min} to ${max}.`],
    ]);
  });

  it.each(["", " ", "5.5", "1e3", "0x10", "5s", "+5", "9".repeat(10), "NaN", "Infinity", "true", null, {}])(
    "is refused with a number that is written %j",
    (value) => {
      expect(findWrong({ ...KEY, MAX_ATTEMPTS: value })).toEqual(["MAX_ATTEMPTS"]);
    },
  );

  it.each(["GEN_BASE_URL", "GEN_AGENT_BASE_URL", "GEN_AGENT_CORE_BASE_URL"])(
    "is refused with %s that would leak the key",
    (name) => {
      const isWrong = (url: unknown) => findWrong({ ...KEY, [name]: url });

      expect(isWrong("http://api.gen.pro/v1")).toEqual([name]);
      expect(isWrong("http://localhost.evil.example/v1")).toEqual([name]);
      expect(isWrong("http://127.0.0.1.evil.example/v1")).toEqual([name]);
      expect(isWrong("http://localhost@evil.example/v1")).toEqual([name]);
    },
  );

  it.each([
    "",
    "api.gen.pro/v1",
    "//api.gen.pro/v1",
    "ftp://api.gen.pro/v1",
    "javascript:alert(1)",
    "https://",
    "https://api.gen.pro/v1?x=1",
    "https://api.gen.pro/v1#x",
    "https://user:password@api.gen.pro/v1",
    "https://api.gen.pro/v1?",
    "https://api.gen.pro/v1#",
    "https://@api.gen.pro/v1",
    "https://:@api.gen.pro/v1",
    "https://api.gen.pro/v1 /x",
    "https://api.gen.pro/v\t1",
    "https://api.gen\n.pro/v1",
    " ",
    null,
    5,
  ])("is refused with the base URL %j", (url) => {
    expect(findWrong({ ...KEY, GEN_BASE_URL: url })).toEqual(["GEN_BASE_URL"]);
  });
});

describe("the address of notifications", () => {
  const withUrl = (NOTIFY_URL: unknown, NOTIFY_SECRET: unknown = toSecret(32)) =>
    findWrong({ ...KEY, NOTIFY_URL, NOTIFY_SECRET });

  it.each(["https://example.com", "https://example.com/hooks?a=b", "http://127.0.0.1:4000/", "http://localhost:4000"])(
    "may be %s",
    (url) => {
      expect(withUrl(url)).toEqual([]);
    },
  );

  it.each([
    "http://example.com/hooks",
    "http://localhost.evil.example/",
    "http://localhost@evil.example/",
    "https://user:password@example.com/",
    "https://user@example.com/",
    "https://example.com/#part",
    "https://example.com/a b",
    "ftp://example.com/",
    "example.com/hooks",
    "",
    5,
  ])("can't be %j", (url) => {
    expect(withUrl(url)).toEqual(["NOTIFY_URL"]);
  });

  it("needs a secret", () => {
    expect(catchProblems({ ...KEY, NOTIFY_URL: "https://example.com" })).toEqual([
      "NOTIFY_SECRET is missing: NOTIFY_URL needs it.",
    ]);
    expect(catchProblems({ ...KEY, NOTIFY_SECRET: toSecret(32) })).toEqual([]);
  });

  it.each([
    ["of 23 bytes", toSecret(23)],
    ["of 65 bytes", toSecret(65)],
    ["without its prefix", toSecret(32).slice(6)],
    ["with a character cut off", toSecret(32).slice(0, -1)],
    ["that is not base64", `whsec_${"-".repeat(44)}`],
    ["that is empty", ""],
  ])("is refused with a secret %s", (_, secret) => {
    expect(withUrl("https://example.com", secret)).toEqual(["NOTIFY_SECRET"]);
    expect(findWrong({ ...KEY, NOTIFY_SECRET_NEXT: secret })).toEqual(["NOTIFY_SECRET_NEXT"]);
  });
});

describe("a variable that nothing reads", () => {
  const READ = ["GITHUB_WEBHOOK_SECRET", "PIPELINE_FILL_EMPTY_CELLS"];

  it.each([
    ["MAX_ATEMPTS", "MAX_ATTEMPTS"],
    ["GEN_APIKEY", "GEN_API_KEY"],
    ["GITHB_WEBHOOK_SECRET", "GITHUB_WEBHOOK_SECRET"],
    ["PIPELINE_FILL_EMPTY_CELL", "PIPELINE_FILL_EMPTY_CELLS"],
    ["CHARGE_PAUSED", "CHARGES_PAUSED"],
  ])("is named with the nearest that is read: %s, %s", (variable, nearest) => {
    expect(findMisspelt({ ...KEY, [variable]: "x" }, READ)).toEqual([{ variable, nearest }]);
  });

  it("is left alone when no name is near, and so are bindings and known names", () => {
    const env = {
      ...KEY,
      GEN_API_KEY_ACME: "k",
      PUBLIC_NAME: "x",
      CLIENT: { get() {} },
      MAX_ATEMPT: {},
      MAX_WAIT_MS: "1",
    };
    expect(findMisspelt({ ...env, GITHUB_WEBHOOK_SECRET: "s" }, READ)).toEqual([]);
  });
});
