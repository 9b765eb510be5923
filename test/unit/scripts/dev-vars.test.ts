import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDevVars, selectVariables, writeEnvFile } from "../../../scripts/local/dev-vars.ts";

const REAL = { GEN_API_KEY: "gen_pat_0123456789" };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gen-edge-dev-vars-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the variables of `npm start`", () => {
  it("are all of `.dev.vars` with the real GEN, its address among them", () => {
    const devVars = { ...REAL, GEN_BASE_URL: "https://test.example/v1", TICKET_SECRET: "t", ANY_NAME: "x" };
    expect(selectVariables(devVars, {})).toEqual({ isReal: true, variables: devVars, unused: [] });
  });

  it("are all of `.dev.vars` with the simulator but GEN's keys and addresses, which are named", () => {
    const devVars = {
      GEN_API_KEY: "",
      GEN_API_KEY_ACME: "k",
      GEN_AGENT_CORE_BASE_URL: "u",
      GITHUB_WEBHOOK_SECRET: "g",
    };
    expect(selectVariables(devVars, {})).toEqual({
      isReal: false,
      variables: { GITHUB_WEBHOOK_SECRET: "g" },
      unused: ["GEN_API_KEY_ACME", "GEN_AGENT_CORE_BASE_URL"],
    });
  });

  it("come from the shell before `.dev.vars`, if they are the Worker's and not GEN's key", () => {
    const shell = { ...{ GEN_BASE_URL: "shell", MAX_ATTEMPTS: "3", NOTIFY_URI: "u" }, GEN_API_KEY: "no", PATH: "/bin" };
    const { variables } = selectVariables({ ...REAL, GEN_BASE_URL: "file" }, { ...shell, TICKET_SECRET: "" });
    expect(variables).toEqual({ ...REAL, GEN_BASE_URL: "shell", MAX_ATTEMPTS: "3", NOTIFY_URI: "u" });
  });

  it("mean the simulator when the key is in the shell alone", () => {
    expect(selectVariables({}, REAL)).toEqual({ isReal: false, variables: {}, unused: [] });
  });

  it("are none when there is no `.dev.vars`", () => {
    expect(readDevVars(join(folder, "none"))).toEqual({});
    writeFileSync(join(folder, "some"), 'A="1" # one\n# B=2\n');
    expect(readDevVars(join(folder, "some"))).toEqual({ A: "1" });
  });
});

describe("the file for wrangler", () => {
  const path = () => join(folder, "state/variables.env");

  it("can be read by its owner alone", () => {
    writeEnvFile(path(), { A: "1" });
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it("quotes every value in a way that it does not hold, and keeps wrangler from expanding it", () => {
    writeEnvFile(path(), { A: "a # b", B: "it's", C: "'`", D: "$HOME", E: "" });
    expect(readFileSync(path(), "utf8")).toBe("A='a # b'\nB=`it's`\nC=\"'`\"\nD='\\$HOME'\nE=''\n");
  });

  it("refuses a value that can't be quoted, by its name", () => {
    expect(() => writeEnvFile(path(), { ODD: "'`\"" })).toThrow(/^ODD can't be given to the Worker/);
  });
});
