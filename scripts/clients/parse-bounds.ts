/** Parses the flags for a policy's bounds. Pure. */
import * as v from "valibot";
import { type Policy, PolicySchema, TIERS } from "../../src/access/policy.ts";
import { KNOWN_TYPES } from "../../src/bounds/generation-types.ts";
import { askWhetherMeant } from "../../src/encoding/nearest.ts";
import { OPERATIONS } from "../../src/gen/operations.ts";
import { type Part, parseList, right, wrong } from "./part.ts";

export interface RawBounds {
  readonly operations?: string | undefined;
  readonly sheets?: string | undefined;
  readonly generationTypes?: string | undefined;
  /** Types that `src/bounds/generation-types.ts` does not know, listed on purpose. */
  readonly otherTypes?: string | undefined;
  readonly models?: string | undefined;
  readonly maxDuration?: string | undefined;
  readonly tier?: string | undefined;
  readonly chargesPerDay?: string | undefined;
  readonly maxCredits?: string | undefined;
  readonly creditsPerDay?: string | undefined;
  readonly account?: string | undefined;
}

export type Bounds = Pick<
  Policy,
  | "operations"
  | "sheets"
  | "generationTypes"
  | "models"
  | "maxDurationSeconds"
  | "tier"
  | "chargesPerDay"
  | "maxCredits"
  | "creditsPerDay"
  | "account"
>;

const OPERATION_NAMES = OPERATIONS.map(({ name }) => name);
const MAX_SECONDS = 86_400;
const OPERATIONS_ALLOWED = "Allowed: the names in src/gen/operations.ts, like cells.generate.";
const SHEETS_ALLOWED = "Allowed: ids or slugs like 101 or launch-2027 (letters, digits, _ and -).";
const TYPES_ALLOWED = `Allowed: ${KNOWN_TYPES.join(", ")}. A newer type of GEN's goes into --other-types.`;
const OTHER_TYPES_ALLOWED = "Allowed: GEN's names of types that --generation-types does not know (a-z, 0-9 and _).";
const MODELS_ALLOWED = "Allowed: names without spaces, commas or quotes.";

/** `scopes`: listing an operation that they do not allow is a mistake. */
export function parseBounds(raw: RawBounds, scopes: Policy["scopes"]): Part<Bounds> {
  const parts = {
    operations: parseOperations(raw.operations, scopes),
    sheets: parseList(raw.sheets, isSheet, (each) => `--sheets: "${each}" is not valid. ${SHEETS_ALLOWED}`),
    generationTypes: parseTypes(raw),
    models: parseList(
      raw.models,
      (each) => /^[^\s"']{1,128}$/.test(each),
      (each) => `--models: "${each}" is not valid. ${MODELS_ALLOWED}`,
    ),
    maxDurationSeconds: parseDuration(raw.maxDuration),
    tier: parseTier(raw.tier),
    chargesPerDay: parseCharges(raw.chargesPerDay),
    maxCredits: parseCredits("--max-credits", raw.maxCredits),
    creditsPerDay: parseCredits("--credits-per-day", raw.creditsPerDay),
    account: parseAccount(raw.account),
  };
  const set = Object.entries(parts).filter(([, { value }]) => value !== undefined);
  return {
    value: Object.fromEntries(set.map(([name, { value }]) => [name, value])),
    mistakes: Object.values(parts).flatMap(({ mistakes }) => mistakes),
  };
}

function parseOperations(text: string | undefined, scopes: Policy["scopes"]): Part<string[] | undefined> {
  const find = (name: string) => OPERATIONS.find((operation) => operation.name === name);
  const isOpen = (name: string) => scopes.some((scope) => scope === find(name)?.scope);
  return parseList(text, isOpen, (name) => {
    const scope = find(name)?.scope;
    if (scope === undefined)
      return `--operations: there is no operation "${name}".${askWhetherMeant(name, OPERATION_NAMES)} ${OPERATIONS_ALLOWED}`;
    return `--operations: "${name}" needs the scope ${scope}, which --scopes does not name.`;
  });
}

/** A misspelt type would open nothing, and nobody would see why. */
function parseTypes({ generationTypes, otherTypes }: RawBounds): Part<string[] | undefined> {
  const isKnown = (each: string) => KNOWN_TYPES.includes(each);
  const known = parseList(generationTypes, isKnown, (each) => {
    return `--generation-types: there is no type "${each}".${askWhetherMeant(each, KNOWN_TYPES)} ${TYPES_ALLOWED}`;
  });
  const other = parseList(
    otherTypes,
    (each) => /^[a-z][a-z0-9_]{0,63}$/.test(each) && !isKnown(each),
    (each) =>
      `--other-types: "${each}" is ${isKnown(each) ? "known: list it in --generation-types" : "not valid"}. ${OTHER_TYPES_ALLOWED}`,
  );
  const isAbsent = known.value === undefined && other.value === undefined;
  return {
    value: isAbsent ? undefined : [...(known.value ?? []), ...(other.value ?? [])],
    mistakes: [...known.mistakes, ...other.mistakes],
  };
}

function isSheet(text: string): boolean {
  return v.is(PolicySchema.entries.sheets, [text]);
}

function parseDuration(text: string | undefined): Part<number | undefined> {
  if (text === undefined) return right(undefined);
  const seconds = /^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= MAX_SECONDS) return right(seconds);
  return wrong(undefined, `--max-duration: "${text}" is not valid. Allowed: seconds, like 10, at most ${MAX_SECONDS}.`);
}

function parseTier(text: string | undefined): Part<Policy["tier"]> {
  const tier = TIERS.find((each) => each === text);
  if (tier !== undefined || text === undefined) return right(tier);
  return wrong(
    undefined,
    `--tier: there is no tier "${text}".${askWhetherMeant(text, TIERS)} Allowed: ${TIERS.join(", ")}.`,
  );
}

function parseCharges(text: string | undefined): Part<number | undefined> {
  if (text === undefined) return right(undefined);
  if (/^\d{1,7}$/.test(text)) return right(Number(text));
  return wrong(undefined, `--charges-per-day: "${text}" is not valid. Allowed: a whole number, like 100.`);
}

function parseCredits(flag: string, text: string | undefined): Part<number | undefined> {
  if (text === undefined) return right(undefined);
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(text)) return right(Number(text));
  return wrong(undefined, `${flag}: "${text}" is not valid. Allowed: credits, like 600.`);
}

function parseAccount(text: string | undefined): Part<string | undefined> {
  if (text === undefined || v.is(PolicySchema.entries.account, text)) return right(text);
  const allowed = "Allowed: a-z, 0-9 and -, like acme for the secret GEN_API_KEY_ACME.";
  return wrong(undefined, `--account: "${text}" is not valid. ${allowed}`);
}
