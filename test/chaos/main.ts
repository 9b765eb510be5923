/**
 * `npm run chaos`: clients of every kind against the built Worker, while GEN fails and workerd is killed; then the
 * ledgers are compared. `-- --seed 7 --minutes 5` walks the same way again. Exit code 0: every promise was kept, 1: not, 2: wrong usage.
 */
import { runCommand } from "../../scripts/terminal/command-line.ts";
import buildWorker from "../support/build-worker.ts";
import { chaos } from "./chaos.ts";
import { parseOptions, USAGE } from "./options.ts";
import { countViolations, describeViolations, describeWalk } from "./report.ts";

/** What was put off for longest comes again after five minutes. */
const SETTLE_MS = 6 * 60_000;

process.exitCode = await runCommand(async () => {
  const options = parseOptions(process.argv.slice(2));
  if (options === null) {
    console.log(USAGE);
    return 0;
  }
  const { seed, minutes } = options;
  console.log(`seed ${seed}, ${minutes} min`);
  buildWorker();
  const walk = await chaos({ seed, walkMs: minutes * 60_000, settleMs: SETTLE_MS });
  console.log(describeWalk(walk));
  for (const violation of describeViolations(walk)) console.log(`\n${violation}`);
  const count = countViolations(walk);
  console.log(
    count === 0
      ? "\nEvery promise was kept."
      : `\n${count} violations. Again: npm run chaos -- --seed ${seed} --minutes ${minutes}`,
  );
  return count === 0 ? 0 : 1;
});
