import { describe, expect, it } from "vitest";
import { checkClients } from "../../../scripts/doctor/clients.ts";
import { checkDevVars, checkLocal, checkRemote } from "../../../scripts/doctor/configuration.ts";
import type { Finding } from "../../../scripts/doctor/finding.ts";
import { checkNode, checkWrangler, readNodeVersion } from "../../../scripts/doctor/machine.ts";
import { checkCrons, checkStore } from "../../../scripts/doctor/project.ts";
import type { Policy } from "../../../src/access/policy.ts";
import { fillEmptyCells } from "../../../src/app/fill-empty-cells.ts";
import type { StoredEntry } from "../../../src/clients/stored-entry.ts";

const NOW = Date.parse("2026-11-28");
const POLICY: Policy = { name: "web", scopes: ["read"], agents: "*", origins: [], expiresAt: null };
const entry = (policy: Partial<Policy> | null, id = "0123456789"): StoredEntry => {
  const kind = id.startsWith("policy:") ? "policy" : "client";
  return { kind, id, policy: policy && { ...POLICY, ...policy }, createdAt: NOW };
};
const tell = (findings: readonly Finding[]) => findings.map(({ ok, what, toDo }) => [ok, what, toDo]);

describe("this machine", () => {
  it("needs Node 20, the one that npm runs with", () => {
    expect(checkNode("20.0.0").ok).toBe(true);
    expect(checkNode("18.20.0")).toMatchObject({ ok: false, toDo: expect.stringContaining("https://nodejs.org") });
    expect(readNodeVersion("npm/10.8.2 node/v20.20.2 linux x64 workspaces/false")).toBe("20.20.2");
    expect(readNodeVersion(undefined)).toBeNull();
  });

  it("needs Wrangler", () => {
    expect(checkWrangler()).toMatchObject({ ok: true, what: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
    expect(checkWrangler("/nowhere/bin/wrangler.js")).toMatchObject({ ok: false, toDo: "npm ci" });
  });
});

/** An owner has others. */
const SHIPPED = [fillEmptyCells];

describe("wrangler.toml", () => {
  const config = (crons: readonly string[]) => ({ kv_namespaces: [{ binding: "CLIENTS" }], triggers: { crons } });

  it("needs the KV namespace of the clients", () => {
    expect(checkStore(config([])).ok).toBe(true);
    expect(checkStore({ kv_namespaces: [], triggers: {} })).toMatchObject({ ok: false, what: "CLIENTS is not bound." });
  });

  it("needs the watch's trigger and each pipeline's, and none besides", () => {
    expect(checkCrons(config(["*/5 * * * *", "0 * * * *"]), SHIPPED).ok).toBe(true);
    expect(checkCrons(config(["0 * * * *"]), SHIPPED)).toMatchObject({
      ok: false,
      what: 'wrangler.toml lacks "*/5 * * * *" (the watch over GEN).',
    });
    expect(checkCrons(config(["*/5 * * * *"]), SHIPPED).what).toContain("(fill-empty-cells)");
    expect(checkCrons(config(["*/5 * * * *", "0 * * * *", "1 1 * * *"]), SHIPPED)).toMatchObject({
      ok: false,
      what: "No pipeline uses 1 1 * * *.",
    });
  });
});

describe("the configuration", () => {
  it("of this machine is read as the Worker reads it, every mistake a line, no value in any", () => {
    expect(tell(checkLocal({}, {}))).toEqual([[true, "All variables and secrets can be read.", undefined]]);
    const devVars = { GEN_API_KEY: "short", NOTIFY_URL: "nowhere.example", TICKET_SECRET: "tiny-secret" };
    const findings = checkLocal({ MAX_ATTEMPTS: "0" }, devVars);
    expect(findings.map(({ ok, what }) => [ok, what.split(" ")[0]])).toEqual(
      expect.arrayContaining([
        [false, "GEN_API_KEY"],
        [false, "NOTIFY_URL"],
        [false, "NOTIFY_SECRET"],
        [false, "TICKET_SECRET"],
        [false, "MAX_ATTEMPTS"],
      ]),
    );
    expect(JSON.stringify(findings)).not.toMatch(/nowhere\.example|tiny-secret/);
  });

  it("has no misspelt name", () => {
    const [, misspelt] = checkLocal({}, { GEN_API_KYE: "x" });
    expect(misspelt).toMatchObject({
      ok: false,
      what: "Nothing reads GEN_API_KYE.",
      toDo: expect.stringContaining("GEN_API_KEY"),
    });
    expect(checkRemote({}, ["GEN_API_KEY", "TICKET_SECRETT"])).toContainEqual(
      expect.objectContaining({ ok: false, what: "Nothing reads TICKET_SECRETT." }),
    );
  });

  it("of the deployed Worker has the secrets that its variables need, by their names", () => {
    const wrongs = (...given: Parameters<typeof checkRemote>) =>
      checkRemote(...given)
        .filter(({ ok }) => ok === false)
        .map(({ toDo }) => toDo);
    expect(wrongs({}, ["GEN_API_KEY"])).toEqual([]);
    expect(wrongs({}, [])).toEqual(["npx wrangler secret put GEN_API_KEY"]);
    expect(wrongs({ NOTIFY_URL: "u" }, ["GEN_API_KEY"])).toEqual(["npx wrangler secret put NOTIFY_SECRET"]);
  });

  it("says which GEN `npm start` will use", () => {
    expect(checkDevVars({}, false)).toMatchObject({ ok: null, what: expect.stringContaining("the simulator") });
    expect(checkDevVars({ GEN_API_KEY: "" }, true)).toMatchObject({ ok: null });
    expect(checkDevVars({ GEN_API_KEY: "gen_pat_0123456789" }, true)).toMatchObject({ ok: true });
  });
});

describe("the clients", () => {
  it("are needed by the deployed Worker; `npm start` makes its own", () => {
    expect(checkClients([], NOW, " --remote")[0]).toMatchObject({
      ok: false,
      toDo: expect.stringContaining("set-up page"),
    });
    expect(checkClients([], NOW, "")[0]?.ok).toBeNull();
    expect(checkClients([entry({}, "policy:web")], NOW, " --remote")[0]?.ok).toBe(false);
  });

  it("are looked through: unreadable, expired, no operator", () => {
    const entries = [entry({ scopes: ["operator"], expiresAt: NOW }), entry(null, "9876543210")];
    expect(tell(checkClients(entries, NOW, " --remote"))).toEqual([
      [true, "There are 2.", undefined],
      [false, "9876543210 can't be read: its key is refused.", "npm run clients -- revoke 9876543210 --remote"],
      [null, '"web" has expired.', "npm run clients -- revoke 0123456789 --remote"],
      [null, "None has the scope operator.", expect.stringContaining("--scopes operator,pipelines")],
    ]);
    expect(checkClients([entry({ scopes: ["operator"] })], NOW, "")).toHaveLength(1);
  });
});
