/** `npm run charges -- pause|resume|show`. Exit codes: 0 success, 1 failure, 2 wrong usage. */
import * as v from "valibot";
import { askWhetherMeant } from "../src/encoding/nearest.ts";
import { askAsOperator } from "./clients/ask-as-operator.ts";
import { CommandError } from "./clients/command-error.ts";
import { toWorker } from "./clients/worker-address.ts";
import { WranglerError } from "./local/wrangler.ts";
import { readArguments, runCommand, toHelpHint, UsageError } from "./terminal/command-line.ts";

const COMMAND = "npm run charges";
const USAGE = `Stops all calls that cost credits, of all clients and pipelines, and lets them go on.

  npm run charges -- pause     stops them, within 5 seconds
  npm run charges -- resume    lets them go on
  npm run charges -- show      whether they are paused, and since when

  --worker   the running Worker's address. Default: http://localhost:8787
  --remote   the Worker is deployed, and so are its clients. Default: those of \`npm start\` on this machine
  --persist-to <folder>   the folder of the local state. Default: .wrangler/state

  GEN_EDGE_KEY   in the environment: an operator's key (npm run clients -- add ops --scopes operator --agents '*').
                 Without it the command makes a key for this one request among the clients, with the help of wrangler
`;

const OPTIONS = {
  worker: { type: "string" },
  remote: { type: "boolean" },
  "persist-to": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

const COMMANDS = {
  pause: { method: "POST", path: "/v1/charges/pause" },
  resume: { method: "POST", path: "/v1/charges/resume" },
  show: { method: "GET", path: "/v1/charges" },
} as const;

const Answer = v.object({
  paused: v.boolean(),
  by: v.nullable(v.picklist(["switch", "variable"])),
  since: v.nullable(v.string()),
});

process.exitCode = await runCommand(() => main(process.argv.slice(2)));

async function main(args: string[]): Promise<number> {
  try {
    console.log(await run(args));
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof WranglerError)) throw error;
    console.error(error.message);
    return 1;
  }
}

async function run(args: string[]): Promise<string> {
  const { values, positionals } = readArguments(args, { command: COMMAND, options: OPTIONS, maxPositionals: 1 });
  const [command, more] = positionals.map(({ value }) => value);
  if (values.help || command === "help") return USAGE;
  if (command === undefined) throw new UsageError(USAGE);
  if (!isCommand(command)) {
    const meant = askWhetherMeant(command, Object.keys(COMMANDS));
    throw new UsageError(`There is no command "${command}".${meant} ${toHelpHint(COMMAND)}`);
  }
  if (more !== undefined) throw new UsageError(`"${more}" is not expected. ${toHelpHint(COMMAND)}`);
  if (values.remote && values["persist-to"] !== undefined)
    throw new UsageError("--persist-to is for local clients only.");
  const place = { remote: values.remote ?? false, persistTo: values["persist-to"] };
  const { method, path } = COMMANDS[command];
  const url = `${toWorker(values.worker, place)}${path}`;
  const key = process.env.GEN_EDGE_KEY;
  return describe(await askAsOperator({ place, url, method, name: "charges", key, answer: Answer }));
}

function isCommand(name: string): name is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, name);
}

function describe({ paused, by, since }: v.InferOutput<typeof Answer>): string {
  if (!paused) return "Charges are not paused.";
  if (by === "variable") return "Charges are paused by the variable CHARGES_PAUSED, which this command can't change.";
  return `Charges are paused since ${since}. Calls that cost credits are refused until: ${COMMAND} -- resume`;
}
