/** The options of `npm run chaos -- …`. */
import { readArguments, UsageError } from "../../scripts/terminal/command-line.ts";
import { toNumber } from "../fuzz/options.ts";

export interface Options {
  readonly seed: number;
  readonly minutes: number;
}

export const USAGE = `Clients of every kind against the built Worker, while GEN fails in every way and workerd is killed with -9 again and
again. Then all settles, and the ledgers are compared. Exit codes: 0 every promise was kept, 1 not, 2 wrong usage.

  npm run chaos -- [--seed 7] [--minutes 5]

  --seed      walks the same way again: the number that it printed first. Default: any
  --minutes   how long it walks before all settles. Default: 1
  --help      prints this

The seed decides what is asked, by whom, how and when, GEN's faults and when they change, which answers the receiver of
notifications gives, and when workerd is killed. It does not decide what processes decide among themselves: which of the
requests on their way meets which fault, at which point of its work a kill meets the Worker, and the Worker's own ids and
random pauses. So a violation may need more than one walk to be seen again; its whole story is printed at once.
`;

/** Null when help is asked for. Throws a `UsageError` with what is wrong. */
export function parseOptions(args: readonly string[]): Options | null {
  const { values } = readArguments(args, {
    command: "npm run chaos",
    options: { seed: { type: "string" }, minutes: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) return null;
  const minutes = toNumber("minutes", values.minutes) ?? 1;
  if (minutes === 0) throw new UsageError("--minutes must be 1 at least.");
  return { seed: toNumber("seed", values.seed) ?? Math.floor(Math.random() * 2 ** 31), minutes };
}
