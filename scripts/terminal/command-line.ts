/**
 * Reads the arguments of one of this package's commands. What can't be meant is refused, with what to type instead: a
 * misspelt option, a value that is missing or given twice, options that npm has kept for itself.
 */
import { parseArgs } from "node:util";
import { askWhetherMeant } from "../../src/encoding/nearest.ts";

interface Option {
  readonly type: "string" | "boolean";
  readonly short?: string;
  /** A list: given several times, its values are joined with commas. */
  readonly repeats?: true;
}

type Options = Readonly<Record<string, Option>>;

type Values<Known extends Options> = {
  readonly [Name in keyof Known]?: Known[Name]["type"] extends "string" ? string : boolean;
};

/** An argument that is no option. */
export interface Positional {
  readonly value: string;
  /** The option whose value, and perhaps other positionals, it follows directly. */
  readonly after: string | null;
}

export interface Arguments<Known extends Options> {
  readonly values: Values<Known>;
  readonly positionals: readonly Positional[];
}

interface CommandLine<Known extends Options> {
  /** As it is typed: `npm run clients`. */
  readonly command: string;
  readonly options: Known;
  /** The number of positionals that are taken before the options. Default: 0. */
  readonly maxPositionals?: number;
}

/** Wrong use of a command: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `env`: the environment, in which npm leaves the options that it has kept. */
export function readArguments<const Known extends Options>(
  args: readonly string[],
  line: CommandLine<Known>,
  env: NodeJS.ProcessEnv = process.env,
): Arguments<Known> {
  const { options, command } = line;
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const values: Record<string, string | boolean> = {};
  const positionals: Positional[] = [];
  let after: string | null = null;
  for (const token of tokens) {
    if (token.kind === "option") {
      const value = readValue(token, line);
      const before = Object.hasOwn(values, token.name) ? values[token.name] : undefined;
      if (before !== undefined && options[token.name]?.repeats !== true)
        throw new UsageError(`--${token.name} is given twice.`);
      values[token.name] = before === undefined ? value : `${before},${value}`;
      after = typeof value === "string" ? token.name : null;
    } else if (token.kind === "positional") positionals.push({ value: token.value, after });
  }
  const kept = listKept(options, values, env);
  if (kept.length > 0) throw new UsageError(describeKept(kept, positionals, line));
  if (line.maxPositionals === undefined && positionals.length > 0)
    throw new UsageError(`"${positionals[0]?.value}" is not expected. ${toHelpHint(command)}`);
  return { values: values as Values<Known>, positionals };
}

export function toHelpHint(command: string): string {
  return `\`${command} -- --help\` lists all options.`;
}

/** Runs the command's work: prints its help for `--help`, and wrong use with exit code 2. */
export async function runCommand(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

/** A command without options but `--help`. */
export function runPlainCommand(command: string, usage: string, work: () => void | Promise<void>): Promise<number> {
  return runCommand(async () => {
    const options = { help: { type: "boolean", short: "h" } } as const;
    const { values } = readArguments(process.argv.slice(2), { command, options });
    if (values.help) console.log(`${usage}\n  --help   prints this\n`);
    else await work();
    return 0;
  });
}

interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function readValue(token: OptionToken, { command, options }: CommandLine<Options>): string | boolean {
  const { name, rawName, value, inlineValue } = token;
  const option = Object.hasOwn(options, name) ? options[name] : undefined;
  if (option === undefined) {
    const meant = askWhetherMeant(name, Object.keys(options), "--");
    throw new UsageError(`There is no option ${rawName}.${meant} ${toHelpHint(command)}`);
  }
  if (option.type === "boolean") {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value.`);
    return true;
  }
  // A negative number is a value, perhaps a wrong one; anything else with a hyphen is the next option.
  const isNextOption = inlineValue === false && /^-(?!\d)/.test(value ?? "");
  if (value === undefined || isNextOption) throw new UsageError(`${rawName} needs a value.`);
  return value;
}

interface Kept {
  readonly name: string;
  /** Null when npm has given it as an argument of its own. */
  readonly value: string | null;
}

/** Without `--` before them npm takes options for its own, and passes them on in the environment alone. */
function listKept(options: Options, values: Readonly<Record<string, unknown>>, env: NodeJS.ProcessEnv): Kept[] {
  return Object.entries(options).flatMap(([name, { type }]) => {
    const value = env[`npm_config_${name.replaceAll("-", "_")}`];
    if (value === undefined || name === "help" || Object.hasOwn(values, name)) return [];
    return [{ name, value: type === "string" && value !== "true" && value !== "" ? value : null }];
  });
}

function describeKept(
  kept: readonly Kept[],
  positionals: readonly Positional[],
  { command, options, maxPositionals = 0 }: CommandLine<Options>,
): string {
  const given = positionals.map(({ value }) => value);
  const lost = given.slice(maxPositionals);
  const needing = kept.filter(({ name, value }) => options[name]?.type === "string" && value === null);
  // Which of several values belongs to which option is not known any more.
  const only = needing.length === 1 && lost.length === 1 ? lost[0] : undefined;
  const typed = kept.map(({ name, value }) => {
    if (options[name]?.type === "boolean") return `--${name}`;
    const known = value ?? only;
    return `--${name} ${known === undefined ? "…" : quote(known)}`;
  });
  const line = [command, "--", ...given.slice(0, maxPositionals).map(quote), ...typed].join(" ");
  return `npm has kept options for itself (${kept.map(({ name }) => `--${name}`).join(", ")}). Type -- before the first argument:\n\n  ${line}`;
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
