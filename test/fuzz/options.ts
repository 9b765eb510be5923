/** The options of `npm run fuzz -- …`. */
import { readArguments, UsageError } from "../../scripts/terminal/command-line.ts";

export interface Options {
  readonly seed: number;
  readonly seconds: number;
  /** Runs this case alone. */
  readonly only: number | null;
}

const DEFAULT_SECONDS = 180;

export const USAGE = `Sends hostile requests to every route of the built Worker. Exit codes: 0 nothing found, 1 something, 2 wrong usage.

  npm run fuzz -- [--seed 123] [--seconds 60] [--only 4711]

  --seed      repeats a run: the number that it printed first. Default: any
  --seconds   how long. Default: ${DEFAULT_SECONDS}
  --only      this case of the seed alone
  --help      prints this
`;

/** Null when help is asked for. Throws a `UsageError` with what is wrong. */
export function parseOptions(args: readonly string[]): Options | null {
  const { values } = readArguments(args, {
    command: "npm run fuzz",
    options: {
      seed: { type: "string" },
      seconds: { type: "string" },
      only: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return null;
  return {
    seed: toNumber("seed", values.seed) ?? Math.floor(Math.random() * 2 ** 31),
    seconds: toNumber("seconds", values.seconds) ?? DEFAULT_SECONDS,
    only: toNumber("only", values.only) ?? null,
  };
}

/** A whole number; undefined where none is given. */
export function toNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text))
    throw new UsageError(`--${name}: "${text}" is not valid. Allowed: a whole number, like 60.`);
  return Number(text);
}
