/** Variables for the local Worker: where they come from, and how wrangler is given them. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { isKnownVariable } from "../../src/variables.ts";
import { ROOT } from "./wrangler.ts";

export type Variables = Readonly<Record<string, string>>;

interface LocalVariables {
  /** Whether the real GEN is used: only if `.dev.vars` holds a key. A key in the shell alone does not count. */
  readonly isReal: boolean;
  readonly variables: Variables;
  /** Names in `.dev.vars` that are of no use with the simulator. */
  readonly unused: readonly string[];
}

/** Keys and addresses of GEN: with the simulator they are the simulator's. */
const OF_GEN = /^GEN_(?:API_KEY\w*|(?:AGENT_|AGENT_CORE_)?BASE_URL)$/;

/** Names that are taken from the shell, known or not: the Worker's log names a misspelt one. */
const PROBABLY_OURS = /^(?:\w+_WEBHOOK_(?:SECRET|SECRET_NEXT|VERSION)|(?:TICKET|NOTIFY|JWT|PIPELINE)_\w+)$/;

/** What `.dev.vars` holds. Empty when there is no such file. */
export function readDevVars(path = join(ROOT, ".dev.vars")): Variables {
  return existsSync(path) ? toVariables(parseEnv(readFileSync(path, "utf8"))) : {};
}

/** Variables of the shell (`NOTIFY_URL=… npm start`) come before those of `.dev.vars`. GEN's key is never taken from it. */
export function selectVariables(devVars: Variables, shell: NodeJS.ProcessEnv): LocalVariables {
  const fromShell = Object.entries(toVariables(shell)).filter(
    ([name, value]) => value !== "" && !name.startsWith("GEN_API_KEY") && isOurs(name),
  );
  const all = { ...devVars, ...Object.fromEntries(fromShell) };
  const isReal = (devVars.GEN_API_KEY ?? "").trim() !== "";
  if (isReal) return { isReal, variables: all, unused: [] };
  const others = Object.entries(all).filter(([name]) => !OF_GEN.test(name));
  const unused = Object.entries(all).filter(([name, value]) => OF_GEN.test(name) && value !== "");
  return { isReal, variables: Object.fromEntries(others), unused: unused.map(([name]) => name) };
}

function isOurs(name: string): boolean {
  return PROBABLY_OURS.test(name) || isKnownVariable(name, []);
}

function toVariables(env: NodeJS.Dict<string>): Variables {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/**
 * Writes a file for wrangler's `--env-file`, readable by its owner alone: everybody can read a command line. Throws when
 * a value can't be written.
 */
export function writeEnvFile(path: string, variables: Variables): void {
  mkdirSync(dirname(path), { recursive: true });
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quote(name, value)}\n`);
  writeFileSync(path, lines.join(""), { mode: 0o600 });
}

/** Wrangler reads the file with dotenv, which knows no escaped quotes, and then expands `$NAME` unless it is `\$NAME`. */
function quote(name: string, value: string): string {
  const mark = ["'", "`", '"'].find((each) => !value.includes(each) && (each !== '"' || !value.includes("\\")));
  if (mark === undefined)
    throw new Error(`${name} can't be given to the Worker: it holds every kind of quote (' \` ").`);
  return `${mark}${value.replaceAll("$", "\\$")}${mark}`;
}
