/** The options of `npm run fuzz -- …`. */
import { parseArgs } from "node:util";

export interface Options {
  readonly seed: number;
  readonly seconds: number;
  /** Runs this case alone. */
  readonly only: number | null;
}

const DEFAULT_SECONDS = 180;

/** Throws a `TypeError` with what is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { seed: { type: "string" }, seconds: { type: "string" }, only: { type: "string" } },
  });
  return {
    seed: toNumber("seed", values.seed) ?? Math.floor(Math.random() * 2 ** 31),
    seconds: toNumber("seconds", values.seconds) ?? DEFAULT_SECONDS,
    only: toNumber("only", values.only) ?? null,
  };
}

function toNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new TypeError(`--${name} is a whole number.`);
  return Number(text);
}
