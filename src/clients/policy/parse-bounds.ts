/** Checks a policy's bounds. Pure. */
import * as v from "valibot";
import { type Policy, PolicySchema, TIERS } from "../../access/policy.ts";
import { KNOWN_TYPES } from "../../bounds/generation-types.ts";
import { findMeantName } from "../../bounds/price-name.ts";
import { parsePrice, TAG } from "../../budget-variables.ts";
import { askWhetherMeant } from "../../encoding/nearest.ts";
import { OPERATIONS } from "../../gen/operations.ts";
import { type Part, parseList, right, wrong } from "./part.ts";
import type { Naming, PolicyInput } from "./policy-input.ts";

type Bounds = Pick<
  Policy,
  | "operations"
  | "sheets"
  | "generationTypes"
  | "models"
  | "maxDurationSeconds"
  | "tier"
  | "chargesPerDay"
  | "chargesPerMonth"
  | "maxCredits"
  | "creditsPerDay"
  | "creditsPerMonth"
  | "prices"
  | "tag"
  | "tagRequired"
  | "account"
>;

const OPERATION_NAMES = OPERATIONS.map(({ name }) => name);
const MAX_SECONDS = 86_400;
const OPERATIONS_ALLOWED = "Allowed: the names in src/gen/operations.ts, like cells.generate.";
const SHEETS_ALLOWED = "Allowed: ids or slugs like 101 or launch-2027 (letters, digits, _ and -).";
const MODELS_ALLOWED = "Allowed: names without spaces, commas or quotes.";

/** `scopes`: listing an operation that they do not allow is a mistake. */
export function parseBounds(input: PolicyInput, scopes: Policy["scopes"], say: Naming): Part<Bounds> {
  const parts = {
    operations: parseOperations(input.operations, scopes, say),
    sheets: parseList(input.sheets, "sheets", {
      isPossible: (each) => v.is(PolicySchema.entries.sheets, [each]),
      complain: (each) => `${say("sheets")}: "${each}" is not valid. ${SHEETS_ALLOWED}`,
    }),
    generationTypes: parseTypes(input, say),
    models: parseList(input.models, "models", {
      isPossible: (each) => /^[^\s,"']{1,128}$/.test(each),
      complain: (each) => `${say("models")}: "${each}" is not valid. ${MODELS_ALLOWED}`,
    }),
    maxDurationSeconds: parseDuration(input.maxDurationSeconds, say),
    tier: parseTier(input.tier, say),
    chargesPerDay: parseCharges("chargesPerDay", input, say),
    chargesPerMonth: parseCharges("chargesPerMonth", input, say),
    maxCredits: parseCredits("maxCredits", input, say),
    creditsPerDay: parseCredits("creditsPerDay", input, say),
    creditsPerMonth: parseCredits("creditsPerMonth", input, say),
    prices: parsePrices(input.prices, say),
    tag: parseTag(input.tag, say),
    tagRequired: right(input.tagRequired || undefined),
    account: parseAccount(input.account, say),
  };
  const set = Object.entries(parts).filter(([, { value }]) => value !== undefined);
  return {
    value: Object.fromEntries(set.map(([name, { value }]) => [name, value])),
    mistakes: Object.values(parts).flatMap(({ mistakes }) => mistakes),
  };
}

function parseOperations(
  given: PolicyInput["operations"],
  scopes: Policy["scopes"],
  say: Naming,
): Part<string[] | undefined> {
  const find = (name: string) => OPERATIONS.find((operation) => operation.name === name);
  return parseList(given, "operations", {
    isPossible: (name) => scopes.some((scope) => scope === find(name)?.scope),
    complain: (name) => {
      const scope = find(name)?.scope;
      if (scope === undefined)
        return `${say("operations")}: there is no operation "${name}".${askWhetherMeant(name, OPERATION_NAMES)} ${OPERATIONS_ALLOWED}`;
      return `${say("operations")}: "${name}" needs the scope ${scope}, which ${say("scopes")} does not name.`;
    },
  });
}

/** A misspelt type would open nothing, and nobody would see why. */
function parseTypes({ generationTypes, otherTypes }: PolicyInput, say: Naming): Part<string[] | undefined> {
  const [types, others] = [say("generationTypes"), say("otherTypes")];
  const isKnown = (each: string) => KNOWN_TYPES.includes(each);
  const known = parseList(generationTypes, "generationTypes", {
    isPossible: isKnown,
    complain: (each) =>
      `${types}: there is no type "${each}".${askWhetherMeant(each, KNOWN_TYPES)} Allowed: ${KNOWN_TYPES.join(", ")}. A newer type of GEN's goes into ${others}.`,
  });
  const other = parseList(otherTypes, "otherTypes", {
    isPossible: (each) => /^[a-z][a-z0-9_]{0,63}$/.test(each) && !isKnown(each),
    complain: (each) =>
      `${others}: "${each}" is ${isKnown(each) ? `known: list it in ${types}` : "not valid"}. Allowed: GEN's names of types that ${types} does not know (a-z, 0-9 and _).`,
  });
  const isAbsent = known.value === undefined && other.value === undefined;
  return {
    value: isAbsent ? undefined : [...(known.value ?? []), ...(other.value ?? [])],
    mistakes: [...known.mistakes, ...other.mistakes],
  };
}

function parseDuration(text: string | undefined, say: Naming): Part<number | undefined> {
  if (text === undefined) return right(undefined);
  const seconds = /^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= MAX_SECONDS) return right(seconds);
  const member = "maxDurationSeconds";
  const allowed = `Allowed: seconds, like 10, at most ${MAX_SECONDS}.`;
  return wrong(undefined, member, `${say(member)}: "${text}" is not valid. ${allowed}`);
}

function parseTier(text: string | undefined, say: Naming): Part<Policy["tier"]> {
  const tier = TIERS.find((each) => each === text);
  if (tier !== undefined || text === undefined) return right(tier);
  const meant = askWhetherMeant(text, TIERS);
  return wrong(undefined, "tier", `${say("tier")}: there is no tier "${text}".${meant} Allowed: ${TIERS.join(", ")}.`);
}

function parseCharges(
  member: "chargesPerDay" | "chargesPerMonth",
  { [member]: text }: PolicyInput,
  say: Naming,
): Part<number | undefined> {
  if (text === undefined) return right(undefined);
  if (/^\d{1,7}$/.test(text)) return right(Number(text));
  return wrong(undefined, member, `${say(member)}: "${text}" is not valid. Allowed: a whole number, like 100.`);
}

function parseCredits(
  member: "maxCredits" | "creditsPerDay" | "creditsPerMonth",
  { [member]: text }: PolicyInput,
  say: Naming,
): Part<number | undefined> {
  if (text === undefined) return right(undefined);
  if (/^\d{1,9}(?:\.\d{1,3})?$/.test(text)) return right(Number(text));
  return wrong(undefined, member, `${say(member)}: "${text}" is not valid. Allowed: credits, like 600.`);
}

function parsePrices(given: PolicyInput["prices"], say: Naming): Part<Policy["prices"]> {
  if (given === undefined) return right(undefined);
  const is = say("prices");
  const prices: Record<string, number> = {};
  const complaints: string[] = [];
  for (const entry of given.length === 0 ? [""] : given) {
    const price = parsePrice(entry);
    const meant = typeof price === "string" ? null : findMeantName(price.name);
    if (typeof price === "string") complaints.push(`${is}: "${entry}" ${price}`);
    else if (meant !== null) complaints.push(`${is}: there is no "${price.name}". Did you mean ${meant}?`);
    else if (Object.hasOwn(prices, price.name)) complaints.push(`${is}: "${price.name}" has two prices.`);
    else prices[price.name] = price.credits;
  }
  return { value: prices, mistakes: complaints.map((message) => ({ member: "prices", message })) };
}

function parseTag(text: string | undefined, say: Naming): Part<string | undefined> {
  if (text === undefined || TAG.test(text)) return right(text);
  const allowed = "Allowed: 1 to 64 letters, digits, dots, hyphens and underscores, like web.";
  return wrong(undefined, "tag", `${say("tag")}: "${text}" is not valid. ${allowed}`);
}

function parseAccount(text: string | undefined, say: Naming): Part<string | undefined> {
  if (text === undefined || v.is(PolicySchema.entries.account, text)) return right(text);
  const allowed = "Allowed: a-z, 0-9 and -, like acme for the secret GEN_API_KEY_ACME.";
  return wrong(undefined, "account", `${say("account")}: "${text}" is not valid. ${allowed}`);
}
