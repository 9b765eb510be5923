/** `npm run charges -- pause|resume|show`. Exit codes: 0 success, 1 failure, 2 wrong usage. */
import * as v from "valibot";
import { askWhetherMeant } from "../src/encoding/nearest.ts";
import { askAsOperator } from "./clients/ask-as-operator.ts";
import { OPERATOR_OPTIONS, OPERATOR_USAGE, printOutcome } from "./clients/operator-command.ts";
import { toWorker } from "./clients/worker-address.ts";
import { readArguments, runCommand, toHelpHint, UsageError } from "./terminal/command-line.ts";

const COMMAND = "npm run charges";
const USAGE = `Stops all calls that cost credits, of all clients and pipelines, and lets them go on.

  npm run charges -- pause     stops them, within 5 seconds
  npm run charges -- resume    lets them go on
  npm run charges -- show      whether they are paused, and since when

${OPERATOR_USAGE}`;

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

process.exitCode = await runCommand(() => printOutcome(async () => ({ out: await run(process.argv.slice(2)) })));

async function run(args: string[]): Promise<string> {
  const { values, positionals } = readArguments(args, {
    command: COMMAND,
    options: OPERATOR_OPTIONS,
    maxPositionals: 1,
  });
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
