/**
 * `npm run bench`: speed, success under faults, load on a GEN that is down, memory and size, into one table.
 * `npm run bench -- cpu-time storm`: these sections alone, without writing `docs/performance.md`.
 */
import { writeFileSync } from "node:fs";
import { cpuTime } from "./cpu-time.ts";
import { durableCharges } from "./durable-charges.ts";
import { durableExactly } from "./durable-exactly.ts";
import { durableWatchers } from "./durable-watchers.ts";
import { faults } from "./faults.ts";
import { latency } from "./latency.ts";
import { describeMachine } from "./machine.ts";
import { memory } from "./memory.ts";
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
];
const PAGE = new URL("../../docs/performance.md", import.meta.url);

const names = process.argv.slice(2);
const unknown = names.filter((name) => !SECTIONS.some((section) => section.name === name));
if (unknown.length > 0) {
  console.error(`No section ${unknown.join(", ")}. There are: ${SECTIONS.map(({ name }) => name).join(", ")}.`);
  process.exit(2);
}

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
if (results.some(({ rows }) => rows.some(({ met }) => met === false))) process.exitCode = 1;
