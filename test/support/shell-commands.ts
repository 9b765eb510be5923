/**
 * Stands in for the programs that the documents' command lines name, in a shell that has no others: `curl` asks the
 * Worker under test, `npm run clients` is the real one on a store of its own, and what needs an account or builds
 * everything is only held against what there is. Exit code 1: the command is not what a reader could type.
 */
import { spawnSync } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import manifest from "../../package.json" with { type: "json" };
import { isKnownVariable } from "../../src/variables.ts";
import { parseOptions as parseChaosOptions } from "../chaos/options.ts";
import { parseOptions } from "../fuzz/options.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { CLIENTS_FOLDER = "", ABSENT_ID = "" } = process.env;
const BUILTIN = ["ci", "start", "test"];
const OPERATING = ["charges", "doctor", "usage"];

const COMMANDS: Readonly<Record<string, (args: string[]) => unknown>> = {
  curl,
  openssl,
  npm,
  npx,
  node: ([path = ""]) => demand(existsSync(`${ROOT}${path}`), `There is no ${path}.`),
};

const [command = "", ...args] = process.argv.slice(2);
await COMMANDS[command]?.(args);

function demand(isGood: boolean, fault: string): void {
  if (isGood) return;
  console.error(`${command} ${args.join(" ")}\n${fault}`);
  process.exit(1);
}

/** A success, or, where the reader has to put in an id of his own, the 404 of a thing that is not there. */
async function curl(given: string[]): Promise<void> {
  const request: { method?: string; url?: string; headers: Headers; body?: string } = { headers: new Headers() };
  const rest = [...given];
  for (let each = rest.shift(); each !== undefined; each = rest.shift()) {
    if (each === "-X") request.method = rest.shift() ?? "";
    else if (each === "-d") request.body = rest.shift() ?? "";
    else if (each === "-H") request.headers.append(...((rest.shift() ?? "").split(/: (.*)/s, 2) as [string, string]));
    else if (/^https?:/.test(each)) request.url = each;
    else demand(/^-[iN]$/.test(each), `${each} is not known to this test.`);
  }
  const { method = request.body === undefined ? "GET" : "POST", url = "", headers, body } = request;
  if (body !== undefined && !headers.has("content-type"))
    headers.set("content-type", "application/x-www-form-urlencoded");
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const answer = await response.text();
  const isAbsent = url.includes(ABSENT_ID) && response.status === 404 && JSON.parse(answer).error_code === "not_found";
  demand(response.ok || isAbsent, `${response.status} ${answer}`);
  console.log(answer);
}

async function openssl([verb, ...options]: string[]): Promise<void> {
  const encoding = ({ "-base64": "base64", "-hex": "hex" } as const)[options[0] ?? ""];
  if (verb === "rand" && encoding) return console.log(randomBytes(Number(options[1])).toString(encoding));
  const [sha256, hmac, key = "", hex] = options;
  demand(`${verb} ${sha256} ${hmac} ${hex}` === "dgst -sha256 -hmac -hex", "This is not known to this test.");
  const digest = createHmac("sha256", key).update(await text(process.stdin));
  console.log(`SHA2-256(stdin)= ${digest.digest("hex")}`);
}

function npm([verb = "", ...rest]: string[]): void {
  if (verb !== "run") {
    demand(BUILTIN.includes(verb) && rest.length === 0, "There is no such command.");
    return;
  }
  const [name = "", dashes, ...options] = rest.filter((each) => each !== "--silent");
  demand(Object.hasOwn(manifest.scripts, name), "There is no such script.");
  if (name === "clients") runClients(options);
  else if (name === "webhook:register") demand(runScript("webhook-register.ts", options) === 0, "It has failed.");
  else if (name === "fuzz") parseOptions(options);
  else if (name === "chaos") parseChaosOptions(options);
  // Wrong options are refused, help or not. Tests of their own run these.
  else if (OPERATING.includes(name)) demand(runScript(`${name}.ts`, [...options, "--help"]) === 0, "It has failed.");
  else demand(dashes === undefined, "Its options are not known to this test.");
}

/** On a store of its own. `usage` asks the Worker of `npm start`, which is not there: only its use can be wrong. */
function runClients(options: readonly string[]): void {
  const local = options.filter((option) => option !== "--remote");
  const code = runScript("clients.ts", [...local, "--persist-to", CLIENTS_FOLDER]);
  demand(code === 0 || (code === 1 && options[0] === "usage"), "It has failed.");
}

function runScript(name: string, options: readonly string[]): number | null {
  return spawnSync(process.execPath, [`${ROOT}scripts/${name}`, ...options], { stdio: ["ignore", "pipe", "inherit"] })
    .status;
}

function npx([tool, first, second, third = "", path]: string[]): void {
  if (`${tool} ${first} ${second}` === "wrangler secret put") {
    demand(isKnownVariable(third, []), `The Worker reads no ${third}.`);
    return;
  }
  demand(`${tool} ${first} ${second}` === "vitest run --project", "This is not known to this test.");
  demand(existsSync(`${ROOT}test/${third}`), `There is no project ${third}.`);
  demand(path === undefined || existsSync(`${ROOT}${path}`), `There is no ${path}.`);
}
