/**
 * `npm run fuzz`: hostile requests at every route of the built Worker, while GEN is well and while it is not.
 * `-- --seed 123 --seconds 120` repeats a run, `--only 4711` one case of it. Exit code 0: every promise was kept, 1: not, 2: wrong usage.
 */
import { runCommand } from "../../scripts/terminal/command-line.ts";
import buildWorker from "../support/build-worker.ts";
import { fuzz } from "./fuzz.ts";
import { parseOptions, USAGE } from "./options.ts";
import { describeFailure } from "./report.ts";

process.exitCode = await runCommand(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  console.log(`seed ${options.seed}, ${options.only === null ? `${options.seconds} s` : `case ${options.only}`}`);
  buildWorker();
  const { summary, growthMib } = await fuzz({ ...options, maxFailures: 20 });
  for (const failure of summary.failures) console.log(describeFailure(failure, options.seed));
  const counts = Object.entries(summary.statuses).map(([status, count]) => `${status}: ${count}`);
  console.log(
    `${summary.cases} cases, ${summary.charges} charges, ${summary.denied} denied by budgets. Answers: ${counts.join(", ")}.`,
  );
  if (growthMib !== null) console.log(`Memory of workerd: +${growthMib.toFixed(0)} MiB.`);
  if (summary.failures.length > 0) return 1;
  console.log("Nothing found.");
  return 0;
});
