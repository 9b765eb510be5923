import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readArguments } from "../../../scripts/terminal/command-line.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const OPTIONS = {
  scopes: { type: "string" },
  agents: { type: "string" },
  "max-credits": { type: "string" },
  price: { type: "string", repeats: true },
  remote: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const read = (typed: string, env: NodeJS.ProcessEnv = {}) =>
  readArguments(typed.split(" "), { command: "npm run clients", options: OPTIONS, maxPositionals: 2 }, env);

describe("the arguments of a command", () => {
  it("are its options, and the others with the option that they follow", () => {
    expect(read("add web --scopes read edit --agents=42 --remote x", {})).toEqual({
      values: { scopes: "read", agents: "42", remote: true },
      positionals: [
        { value: "add", after: null },
        { value: "web", after: null },
        { value: "edit", after: "scopes" },
        { value: "x", after: null },
      ],
    });
  });

  it("may be given several times where they are a list", () => {
    expect(read("add --price render=50 --price=lipsync=3,text=1").values).toEqual({
      price: "render=50,lipsync=3,text=1",
    });
  });

  it("may be numbers below nothing, which the command itself judges", () => {
    expect(read("add --max-credits -1").values).toEqual({ "max-credits": "-1" });
  });

  it.each([
    ["a misspelt option", "add --scope read", "no option --scope. Did you mean --scopes? `npm run clients -- --help`"],
    ["an unknown option", "add --verbose", "There is no option --verbose. `npm run"],
    ["a name of every object", "add --constructor", "There is no option --constructor."],
    ["a missing value at the end", "add --scopes", "--scopes needs a value."],
    ["a missing value before an option", "add --scopes --remote", "--scopes needs a value."],
    ["a value for a switch", "add --remote=yes", "--remote takes no value."],
    ["an option given twice", "add --scopes read --scopes edit", "--scopes is given twice."],
  ])("are refused with what to mend: %s", (_what, typed, words) => {
    expect(() => read(typed)).toThrow(words);
  });
});

describe("options that npm has kept for itself", () => {
  it.each([
    ["with their values", "add web", { scopes: "read,edit", agents: "*" }, "add web --scopes read,edit --agents '*'"],
    [
      "with one value among the arguments",
      "add web 42",
      { scopes: "read", agents: "true" },
      "add web --scopes read --agents 42",
    ],
    ["with several", "add web read 42", { scopes: "true", agents: "true" }, "add web --scopes … --agents …"],
    ["a switch", "list", { remote: "true" }, "list --remote"],
    ["with a hyphen in the name", "add web", { max_credits: "5" }, "add web --max-credits 5"],
  ])("are put where they belong: %s", (_what, left, kept, line) => {
    const env = Object.fromEntries(Object.entries(kept).map(([name, value]) => [`npm_config_${name}`, value]));
    expect(() => read(left, env)).toThrow(`\n\n  npm run clients -- ${line}`);
  });

  it("are none of a command that is called as it should be", () => {
    expect(() => read("add web --remote", { npm_config_remote: "true", npm_config_yes: "" })).not.toThrow();
  });
});

describe("every command", () => {
  const SCRIPTS = ["start", "demo", "clients", "webhook:register", "simulator", "bench", "fuzz", "chaos"];

  async function run(script: string, option: string) {
    const { default: packageJson } = await import("../../../package.json", { with: { type: "json" } });
    const scripts: Readonly<Record<string, string>> = packageJson.scripts;
    const file = scripts[script]?.replace(/^node /, "") ?? "";
    const child = spawn(process.execPath, [file, option], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { code, out, err };
  }

  it.each(SCRIPTS)(
    "prints its options for --help and does nothing: %s",
    async (script) => {
      const command = script === "start" ? "npm start" : `npm run ${script}`;
      expect(await run(script, "--help")).toEqual({ code: 0, out: expect.stringContaining(command), err: "" });
    },
    30_000,
  );

  it.each(SCRIPTS)(
    "ends with 2 for an option that it does not have, and names the nearest: %s",
    async (script) => {
      expect(await run(script, "--halp")).toEqual({
        code: 2,
        out: "",
        err: expect.stringContaining("There is no option --halp. Did you mean --help?"),
      });
    },
    30_000,
  );
});
