/**
 * `npm run bench`: speed, success under faults, load on a GEN that is down, memory and size, into one table.
 * `npm run bench -- cpu-time storm`: these sections alone, without writing `docs/performance.md`.
 */
import { writeFileSync } from "node:fs";
import { readArguments, runCommand, UsageError } from "../../scripts/terminal/command-line.ts";
import { askWhetherMeant } from "../../src/encoding/nearest.ts";
import { activity } from "./activity.ts";
import { cpuTime } from "./cpu-time.ts";
import { durableCharges } from "./durable-charges.ts";
import { durableExactly } from "./durable-exactly.ts";
import { durableWatchers } from "./durable-watchers.ts";
import { faults } from "./faults.ts";
import { latency } from "./latency.ts";
import { describeMachine } from "./machine.ts";
import { memory } from "./memory.ts";
import { metered } from "./metered/metered.ts";
import { money } from "./money.ts";
import { peers } from "./peers/peers.ts";
import { type Result, toPage, toTerminal } from "./report.ts";
import type { Section } from "./section.ts";
import { size } from "./size.ts";
import { storm } from "./storm.ts";
import { webhooks } from "./webhooks.ts";
import { buildWorker } from "./wrangler.ts";

const SECTIONS: readonly Section[] = [
  cpuTime,
  latency,
  faults,
  storm,
  memory,
  size,
  durableCharges,
  durableExactly,
  durableWatchers,
  webhooks,
  activity,
  money,
  metered,
  peers,
];
const PAGE = new URL("../../docs/performance.md", import.meta.url);

const NAMES = SECTIONS.map(({ name }) => name);
const USAGE = `Measures speed, success under faults, memory and size. Exit codes: 0 all as wanted, 1 not, 2 wrong usage.

  npm run bench                        everything, and writes docs/performance.md
  npm run bench -- ${NAMES.slice(0, 2).join(" ")}    these sections alone, without writing

  Sections: ${NAMES.join(", ")}

  --help   prints this
`;

process.exitCode = await runCommand(main);

async function main(): Promise<number> {
  const { values, positionals } = readArguments(process.argv.slice(2), {
    command: "npm run bench",
    options: { help: { type: "boolean", short: "h" } },
    maxPositionals: SECTIONS.length,
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const names = positionals.map(({ value }) => value);
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `There is no section "${unknown}".${askWhetherMeant(unknown, NAMES)} There are: ${NAMES.join(", ")}.`,
    );
  return measure(names);
}

async function measure(names: readonly string[]): Promise<number> {
  buildWorker();
  const results: Result[] = [];
  for (const section of SECTIONS) {
    if (names.length > 0 && !names.includes(section.name)) continue;
    console.error(`${section.name} …`);
    results.push({ section, rows: await section.run() });
  }
  console.log(toTerminal(results));
  if (names.length === 0) {
    writeFileSync(PAGE, toPage(results, { date: new Date().toISOString().slice(0, 10), machine: describeMachine() }));
  }
  return results.some(({ rows }) => rows.some(({ met }) => met === false)) ? 1 : 0;
}
