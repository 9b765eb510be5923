import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  SCOPES as ALL_SCOPES,
  type Client,
  isOriginAllowed,
  type Policy,
  PolicySchema,
  reachesOwnOnly,
  selectDenial,
} from "../../../src/access/policy.ts";
import type { Operation } from "../../../src/gen/operation.ts";

/** `operator` opens no operation. */
const SCOPES = ALL_SCOPES.filter((scope) => scope !== "operator" && scope !== "pipelines");

const ORIGIN = "https://app.example";
const POLICY: Policy = { name: "web-app", scopes: ["read"], agents: ["7"], origins: [ORIGIN], expiresAt: null };

const operationOf = (scope: (typeof SCOPES)[number]) => ({ scope }) as Operation;
const isPolicy = (stored: unknown) => v.is(PolicySchema, stored);

describe("a policy", () => {
  it("opens the operations of its scopes, and no others", () => {
    const policy: Policy = { ...POLICY, scopes: ["read", "ideas"] };
    const opened = SCOPES.filter((scope) => selectDenial(policy, operationOf(scope), null) === null);

    expect(opened).toEqual(["read", "ideas"]);
  });

  it("opens nothing without a scope", () => {
    const denials = SCOPES.map((scope) => selectDenial({ ...POLICY, scopes: [] }, operationOf(scope), null));

    expect(denials).toEqual(SCOPES.map(() => "scope_required"));
  });

  it("opens administration to servers, and to no browser", () => {
    const policy: Policy = { ...POLICY, scopes: ["admin"] };

    expect(selectDenial(policy, operationOf("admin"), null)).toBeNull();
    expect(selectDenial(policy, operationOf("admin"), ORIGIN)).toBe("origin_not_allowed");
  });

  it("opens everything else to browsers, too", () => {
    const policy: Policy = { ...POLICY, scopes: [...SCOPES] };
    const denied = SCOPES.filter((scope) => selectDenial(policy, operationOf(scope), ORIGIN) !== null);

    expect(denied).toEqual(["admin"]);
  });

  it("names the missing scope before the browser", () => {
    expect(selectDenial(POLICY, operationOf("admin"), ORIGIN)).toBe("scope_required");
  });
});

describe("a client", () => {
  const everywhere: Policy = { ...POLICY, agents: "*" };

  it.each([
    ["a user, whatever the policy: true", { kind: "user", policy: everywhere }, true],
    ["a key for some agents: true", { kind: "key", policy: POLICY }, true],
    ["a key for some sheets: true", { kind: "key", policy: { ...everywhere, sheets: ["101"] } }, true],
    [
      "a key for some operations: true",
      { kind: "key", policy: { ...everywhere, operations: ["generations.get"] } },
      true,
    ],
    ["a key with a quota: true", { kind: "key", policy: { ...everywhere, chargesPerDay: 5 } }, true],
    ["a key with a bound of length: true", { kind: "key", policy: { ...everywhere, maxDurationSeconds: 5 } }, true],
    [
      "a key with an account of its own, which is no bound: false",
      { kind: "key", policy: { ...everywhere, account: "acme" } },
      false,
    ],
    ["a key for all agents: false", { kind: "key", policy: everywhere }, false],
  ] satisfies [string, Omit<Client, "id">, boolean][])(
    "reaches the generations of its own calls alone when it is confined: %s",
    (_, client, own) => {
      expect(reachesOwnOnly({ id: "abc", ...client })).toBe(own);
    },
  );
});

describe("an origin", () => {
  it("is allowed when the policy lists it", () => {
    expect(isOriginAllowed(POLICY, ORIGIN)).toBe(true);
  });

  it("is not needed: a server sends none", () => {
    expect(isOriginAllowed({ ...POLICY, origins: [] }, null)).toBe(true);
  });

  it.each([
    "https://evil.example",
    "http://app.example",
    "https://app.example:8443",
    "https://app.example.evil.example",
    "https://sub.app.example",
    "https://app.example/",
    "HTTPS://APP.EXAMPLE",
    "null",
    "",
    "*",
  ])("is not allowed when it is another: “%s”", (origin) => {
    expect(isOriginAllowed(POLICY, origin)).toBe(false);
  });

  it("is never allowed by a star: there is none", () => {
    expect(isOriginAllowed({ ...POLICY, origins: ["*"] }, ORIGIN)).toBe(false);
  });
});

describe("a stored policy", () => {
  it.each([
    ["some agents", POLICY],
    ["all agents", { ...POLICY, agents: "*" }],
    ["no agents", { ...POLICY, agents: [] }],
    ["an end", { ...POLICY, expiresAt: 1_790_000_000_000 }],
    ["every scope", { ...POLICY, scopes: SCOPES }],
    [
      "every bound",
      {
        ...POLICY,
        operations: ["cells.generate"],
        sheets: ["101", "launch-2027"],
        generationTypes: ["text"],
        models: ["small"],
        maxDurationSeconds: 10,
        tier: "low",
        paused: true,
      },
    ],
  ])("may have %s", (_what, stored) => {
    expect(isPolicy(stored)).toBe(true);
  });

  it.each([
    ["another scope", { ...POLICY, scopes: ["everything"] }],
    ["a star among its agents", { ...POLICY, agents: ["*"] }],
    ["an agent with a slash", { ...POLICY, agents: ["7/8"] }],
    ["an agent without a name", { ...POLICY, agents: [""] }],
    ["one agent outside of a list", { ...POLICY, agents: "7" }],
    ["a name with capitals", { ...POLICY, name: "Web" }],
    ["no name", { ...POLICY, name: "" }],
    ["a name of 64 characters", { ...POLICY, name: "a".repeat(64) }],
    ["a date as its end", { ...POLICY, expiresAt: "2027-01-01" }],
    ["a bound that nobody knows", { ...POLICY, maxDuration: 10 }],
    ["a bound that is none", { ...POLICY, sheets: "101" }],
    ["a sheet with a slash", { ...POLICY, sheets: ["101/rows"] }],
    ["a length as a text", { ...POLICY, maxDurationSeconds: "10" }],
    ["another tier", { ...POLICY, tier: "highest" }],
    ["a word for paused", { ...POLICY, paused: "no" }],
  ])("is not read with %s", (_what, stored) => {
    expect(isPolicy(stored)).toBe(false);
  });

  it.each(Object.keys(POLICY))("is not read without %s", (member) => {
    const stored = Object.fromEntries(Object.entries(POLICY).filter(([name]) => name !== member));

    expect(isPolicy(stored)).toBe(false);
  });
});
