/** `npm run usage -- --month 2026-11 --by tag`. Exit codes: 0 success, 1 failure, 2 wrong usage. */
import * as v from "valibot";
import { askWhetherMeant } from "../src/encoding/nearest.ts";
import { parseTime } from "../src/encoding/time.ts";
import { GROUPINGS, type Grouping } from "../src/money/ledger/query.ts";
import { askAsOperator } from "./clients/ask-as-operator.ts";
import type { Printout } from "./clients/command-error.ts";
import { OPERATOR_OPTIONS, OPERATOR_USAGE, printOutcome } from "./clients/operator-command.ts";
import { toWorker } from "./clients/worker-address.ts";
import { type Arguments, readArguments, runCommand, toHelpHint, UsageError } from "./terminal/command-line.ts";
import { renderTable } from "./usage/table.ts";

const COMMAND = "npm run usage";
const USAGE = `Says what was spent, in credits of GEN: costs, and estimates where the cost is not known yet. Days are UTC.

  npm run usage                                  this month, by day
  npm run usage -- --month 2026-11 --by tag      a month, by tag

  --month    the month: 2026-11. Default: this one
  --from     instead of a month, the first day: 2026-11-22
  --to       the last day. Default: today
  --by       ${GROUPINGS.join(", ")}. Default: day
  --client   only of this client or user, by its id
  --tag      only of this tag
  --csv      prints CSV, for spreadsheets
  --json     prints the Worker's answer

${OPERATOR_USAGE}`;

const OPTIONS = {
  month: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  by: { type: "string" },
  client: { type: "string" },
  tag: { type: "string" },
  csv: { type: "boolean" },
  json: { type: "boolean" },
  ...OPERATOR_OPTIONS,
} as const;

type Values = Arguments<typeof OPTIONS>["values"];

const Group = v.object({
  key: v.nullable(v.string()),
  calls: v.number(),
  reserved_calls: v.number(),
  reserved: v.number(),
  spent: v.number(),
  given_back: v.number(),
  failed: v.number(),
  unpriced: v.number(),
});
const Answer = v.object({
  from: v.string(),
  to: v.string(),
  by: v.string(),
  total: Group,
  groups: v.array(Group),
  cursor: v.nullable(v.string()),
});

process.exitCode = await runCommand(() => printOutcome(() => run(process.argv.slice(2))));

async function run(args: string[]): Promise<Printout> {
  const { values } = readArguments(args, { command: COMMAND, options: OPTIONS });
  if (values.help) return { out: USAGE };
  if (values.csv && values.json) throw new UsageError("--csv and --json: choose one of them.");
  if (values.remote && values["persist-to"] !== undefined)
    throw new UsageError("--persist-to is for local clients only.");
  const place = { remote: values.remote ?? false, persistTo: values["persist-to"] };
  const query = toQuery(values);
  const url = `${toWorker(values.worker, place)}/v1/usage?${query}`;
  const question = { place, url, name: "usage", key: process.env.GEN_EDGE_KEY } as const;
  if (values.csv) return { out: await askAsOperator({ ...question, accept: "text/csv", answer: v.string() }) };
  const answer = await askAsOperator({ ...question, answer: Answer });
  return { out: values.json ? JSON.stringify(answer, null, 2) : describe(answer), ...toNote(answer, values) };
}

function toNote({ cursor, groups }: v.InferOutput<typeof Answer>, { client }: Values): Pick<Printout, "note"> {
  if (cursor !== null) return { note: "These are not all; --csv prints all." };
  if (groups.length > 0 || client === undefined) return {};
  return {
    note: "--client takes the id of a client or user, not its name: npm run clients -- list shows the clients.",
  };
}

function toQuery({ month, from, to, by = "day", client, tag }: Values): URLSearchParams {
  if (!isGrouping(by))
    throw new UsageError(`--by: "${by}" is none of ${GROUPINGS.join(", ")}.${askWhetherMeant(by, GROUPINGS)}`);
  if (month !== undefined && (from !== undefined || to !== undefined))
    throw new UsageError(`--month stands without --from and --to. ${toHelpHint(COMMAND)}`);
  const days = month === undefined ? { from: toDay("from", from), to: toDay("to", to) } : toDays(month);
  const given = Object.entries({ by, ...days, client, tag }).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given as [string, string][]);
}

function isGrouping(name: string): name is Grouping {
  return (GROUPINGS as readonly string[]).includes(name);
}

/** The first and the last day of a month. */
function toDays(month: string): { from: string; to: string } {
  const first = /^\d{4}-\d\d$/.test(month) ? parseTime(`${month}-01`) : null;
  if (first === null) throw new UsageError(`--month: "${month}" is not a month, like 2026-11.`);
  const start = new Date(first);
  const last = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 0));
  return { from: `${month}-01`, to: last.toISOString().slice(0, 10) };
}

function toDay(name: string, day: string | undefined): string | undefined {
  const isDay = day === undefined || (/^\d{4}-\d\d-\d\d$/.test(day) && parseTime(day) !== null);
  if (!isDay) throw new UsageError(`--${name}: "${day}" is not a day, like 2026-11-22.`);
  return day;
}

function describe({ from, to, by, total, groups }: v.InferOutput<typeof Answer>): string {
  const title = `${from} to ${to} (UTC), by ${by}`;
  if (groups.length === 0) return `${title}\n\nNothing was spent.`;
  const rows = [...groups.map((group) => toRow(group.key ?? "(none)", group)), toRow("total", total)];
  const head = [by, "calls", "under way", "spent", "reserved", "given back", "failed", "unpriced"];
  return `${title}\n\n${renderTable([head, ...rows])}`;
}

function toRow(name: string, group: v.InferOutput<typeof Group>): string[] {
  const { calls, reserved_calls, spent, reserved, given_back, failed, unpriced } = group;
  const numbers = [calls, reserved_calls, spent, reserved, given_back, failed, unpriced];
  // What stands in a key may come from a caller: it must not move the terminal's cursor.
  return [
    name.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "?"),
    ...numbers.map((each) => each.toLocaleString("en", { maximumFractionDigits: 6 })),
  ];
}
