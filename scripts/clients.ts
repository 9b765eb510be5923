/**
 * `npm run clients -- add|policy|list|usage|rotate|pause|resume|revoke`. Exit codes: 0 success, 1 failure, 2 wrong
 * usage.
 */
import { DEFAULT_KEEP, KEEP_ALLOWED, parseKeep } from "../src/clients/parse-keep.ts";
import { askWhetherMeant } from "../src/encoding/nearest.ts";
import { CommandError, type Printout } from "./clients/command-error.ts";
import { addClient, revoke, rotateKey, setPaused, setPolicy, showEntries } from "./clients/commands.ts";
import { showUsage } from "./clients/daily-usage.ts";
import { parsePolicy, type RawPolicy } from "./clients/parse-policy.ts";
import { USAGE } from "./clients/usage.ts";
import { toWorker } from "./clients/worker-address.ts";
import { WranglerError } from "./local/wrangler.ts";
import { type Arguments, type Positional, readArguments, runCommand, UsageError } from "./terminal/command-line.ts";

const POLICY_OPTIONS = {
  scopes: { type: "string" },
  agents: { type: "string" },
  origins: { type: "string" },
  expires: { type: "string" },
  operations: { type: "string" },
  sheets: { type: "string" },
  "generation-types": { type: "string" },
  "other-types": { type: "string" },
  models: { type: "string" },
  "max-duration": { type: "string" },
  tier: { type: "string" },
  "charges-per-day": { type: "string" },
  "max-credits": { type: "string" },
  "credits-per-day": { type: "string" },
  "charges-per-month": { type: "string" },
  "credits-per-month": { type: "string" },
  price: { type: "string", repeats: true },
  tag: { type: "string" },
  "tag-required": { type: "boolean" },
  account: { type: "string" },
} as const;

const OPTIONS = {
  ...POLICY_OPTIONS,
  keep: { type: "string" },
  worker: { type: "string" },
  remote: { type: "boolean" },
  "persist-to": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** The options of each command, besides `PLACE_OPTIONS`. */
const TAKES: Readonly<Record<string, readonly string[]>> = {
  add: Object.keys(POLICY_OPTIONS),
  policy: Object.keys(POLICY_OPTIONS),
  rotate: ["keep"],
  list: [],
  usage: ["worker"],
  pause: [],
  resume: [],
  revoke: [],
};
/** Their values are lists, which take commas. */
const LISTS = [
  "scopes",
  "agents",
  "origins",
  "operations",
  "sheets",
  "generation-types",
  "other-types",
  "models",
  "price",
];
const COMMAND = "npm run clients";
const PLACE_OPTIONS = ["remote", "persist-to", "help"];

const HELP_HINT = `\`${COMMAND} -- --help\` lists all commands and options.`;
const REMOTE_HINT =
  "--remote needs a deployed Worker (npm run deploy) and access to its account: `npx wrangler login`, or CLOUDFLARE_API_TOKEN. With several accounts, set CLOUDFLARE_ACCOUNT_ID too.";

process.exitCode = await runCommand(() => main(process.argv.slice(2)));

async function main(args: string[]): Promise<number> {
  try {
    const { out, note } = await run(args);
    if (out !== undefined) console.log(out);
    if (note !== undefined) console.error(note);
    return 0;
  } catch (error) {
    if (error instanceof CommandError || error instanceof WranglerError) {
      console.error(error.message);
      if (args.includes("--remote") && error instanceof WranglerError) console.error(REMOTE_HINT);
      return 1;
    }
    throw error;
  }
}

async function run(args: string[]): Promise<Printout> {
  const maxPositionals = args[0] === "list" ? 1 : 2;
  const { values, positionals } = readArguments(args, { command: COMMAND, options: OPTIONS, maxPositionals });
  const [command, name] = positionals.map(({ value }) => value);
  if (values.help || command === "help") return { out: USAGE };
  if (command === undefined) throw new UsageError(USAGE);
  if (!Object.hasOwn(TAKES, command)) {
    throw new UsageError(
      `There is no command "${command}".${askWhetherMeant(command, Object.keys(TAKES))} ${HELP_HINT}`,
    );
  }
  if (values.remote && values["persist-to"] !== undefined)
    throw new UsageError("--persist-to is for local clients only.");
  const stray = findStray(positionals, maxPositionals);
  if (stray) throw new UsageError(describeStray(stray, values));
  const foreign = Object.keys(values).find((each) => ![...PLACE_OPTIONS, ...(TAKES[command] ?? [])].includes(each));
  if (foreign) throw new UsageError(`--${foreign} is not an option of ${command}. ${HELP_HINT}`);
  const place = { remote: values.remote ?? false, persistTo: values["persist-to"] };
  switch (command) {
    case "add":
      return addClient(place, toPolicy(name, values, "key"));
    case "policy":
      return setPolicy(place, toPolicy(name, values, "users"));
    case "list":
      return showEntries(place);
    case "usage":
      return showUsage(place, demand(name, command), toWorker(values.worker, place));
    case "rotate":
      return rotateKey(place, demand(name, command), toKeepMs(values.keep));
    case "pause":
    case "resume":
      return setPaused(place, demand(name, command), command === "pause");
    default:
      return revoke(place, demand(name, command));
  }
}

type Values = Arguments<typeof OPTIONS>["values"];

/** The first argument that is too much, or is taken for a name although it stands behind a list. */
function findStray(positionals: readonly Positional[], max: number): Positional | undefined {
  return positionals.find(({ after }, index) => index >= max || (after !== null && LISTS.includes(after)));
}

function describeStray({ value, after }: Positional, values: Values): string {
  if (after === null || !LISTS.includes(after)) return `"${value}" is not expected. ${HELP_HINT}`;
  if (after === "agents")
    return `"${value}" behind --agents is not expected. Several agents are separated by commas: --agents 42,43. For all agents write --agents '*', with the quotes.`;
  const before = values[after as keyof Values];
  return `"${value}" behind --${after} is not expected. Several values are separated by commas, without spaces: --${after} ${before},${value}. A name stands before the options.`;
}

function toPolicy(name: string | undefined, values: Values, holder: "key" | "users") {
  const { scopes, agents, origins, expires, operations, sheets, models, tier, account, tag } = values;
  const bounds = { operations, sheets, models, tier, account, tag };
  const raw: RawPolicy = {
    ...{ name, scopes, agents, origins, expires, ...bounds },
    generationTypes: values["generation-types"],
    otherTypes: values["other-types"],
    maxDuration: values["max-duration"],
    chargesPerDay: values["charges-per-day"],
    maxCredits: values["max-credits"],
    creditsPerDay: values["credits-per-day"],
    chargesPerMonth: values["charges-per-month"],
    creditsPerMonth: values["credits-per-month"],
    prices: values.price,
    tagRequired: values["tag-required"],
  };
  const parsed = parsePolicy(raw, Date.now(), holder);
  if (!parsed.ok) throw new UsageError(parsed.mistakes.join("\n"));
  return parsed.policy;
}

function toKeepMs(text: string = DEFAULT_KEEP): number {
  const ms = parseKeep(text);
  if (ms !== null) return ms;
  throw new UsageError(`--keep: "${text}" is not valid. ${KEEP_ALLOWED}`);
}

function demand(name: string | undefined, command: string): string {
  if (name !== undefined) return name;
  throw new UsageError(`A name or id is missing: npm run clients -- ${command} <name or id>`);
}
