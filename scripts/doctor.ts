/**
 * `npm run doctor`: looks at each thing that must be there, and says what to do where it is not. Exit codes: 0 nothing
 * is wrong, 1 something is, 2 wrong usage.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { PIPELINES } from "../src/app/pipelines.ts";
import { listEntries, type Place } from "./clients/store.ts";
import { checkClients } from "./doctor/clients.ts";
import { checkDevVars, checkLocal, checkRemote } from "./doctor/configuration.ts";
import { type Finding, open, renderFinding, wrong } from "./doctor/finding.ts";
import { checkNode, checkWrangler, readNodeVersion } from "./doctor/machine.ts";
import { checkCrons, checkStore } from "./doctor/project.ts";
import { checkWorker } from "./doctor/worker.ts";
import { readDevVars } from "./local/dev-vars.ts";
import { ROOT, runWrangler, WranglerError } from "./local/wrangler.ts";
import { readArguments, runCommand, UsageError } from "./terminal/command-line.ts";

const USAGE = `Looks at each thing that must be there, and says what to do where it is not.

  npm run doctor                                      what \`npm start\` needs
  npm run doctor -- --remote --url https://<worker>   what the deployed Worker needs

  --remote   the deployed Worker: its secrets (names alone) and its clients
  --url      the Worker's address, to ask its /health. With --remote give the deployed one's
  --persist-to <folder>   the folder of the local state. Default: .wrangler/state
  --help     prints this

Exit codes: 0 nothing is wrong, 1 something is, 2 wrong use. Values of secrets are never printed.
`;

const OPTIONS = {
  remote: { type: "boolean" },
  url: { type: "string" },
  "persist-to": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const SIGN_IN = "npx wrangler login, or set CLOUDFLARE_API_TOKEN; with several accounts CLOUDFLARE_ACCOUNT_ID too.";

process.exitCode = await runCommand(() => main(process.argv.slice(2)));

async function main(args: string[]): Promise<number> {
  const { values } = readArguments(args, { command: "npm run doctor", options: OPTIONS });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { remote = false, url, "persist-to": persistTo } = values;
  if (remote && persistTo !== undefined) throw new UsageError("--persist-to is for local clients only.");
  const origin = url === undefined ? null : toOrigin(url);
  let isWrong = false;
  for await (const finding of look({ remote, persistTo }, origin)) {
    console.log(renderFinding(finding));
    isWrong ||= finding.ok === false;
  }
  console.log(isWrong ? "\nSomething is wrong." : "\nNothing is wrong.");
  return isWrong ? 1 : 0;
}

async function* look(place: Place, origin: string | null): AsyncGenerator<Finding> {
  yield checkNode(readNodeVersion(process.env.npm_config_user_agent) ?? process.versions.node);
  const wrangler = checkWrangler();
  yield wrangler;
  // All else is found out with Wrangler.
  if (!wrangler.ok) return;
  yield* await lookAtProject(place);
  yield* await ask("Clients", async () => {
    return checkClients(await listEntries(place), Date.now(), place.remote ? " --remote" : "");
  });
  yield origin === null ? open("Worker", "It was not asked.", "Give its address: --url") : await checkWorker(origin);
}

async function lookAtProject(place: Place): Promise<Finding[]> {
  // Loaded here alone, because it takes seconds.
  const { unstable_readConfig } = await import("wrangler");
  let config: ReturnType<typeof unstable_readConfig>;
  try {
    config = unstable_readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  } catch (error) {
    return [wrong("wrangler.toml", `It can't be read: ${String(error)}`, "Mend it.")];
  }
  const project = [checkStore(config), checkCrons(config, PIPELINES)];
  if (place.remote) {
    const secrets = await ask("Secrets", async () => checkRemote(config.vars, await listSecrets()));
    return [...project, ...secrets];
  }
  const devVars = readDevVars();
  return [...project, checkDevVars(devVars, existsSync(join(ROOT, ".dev.vars"))), ...checkLocal(config.vars, devVars)];
}

async function listSecrets(): Promise<string[]> {
  const listed = JSON.parse(await runWrangler(["secret", "list", "--format", "json"])) as { name: string }[];
  return listed.map(({ name }) => name);
}

/** What Wrangler can't tell is one finding. */
async function ask(name: string, work: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WranglerError) return [wrong(name, error.message.replaceAll(/\s+/g, " "), SIGN_IN)];
    throw error;
  }
}

function toOrigin(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  throw new UsageError(
    `--url: "${text}" is not a valid address. Allowed: an origin like https://gen-edge.example.workers.dev.`,
  );
}
