/** A policy in JSON, in the names of docs/storage.md, as input for the rules. Pure. */
import { askWhetherMeant } from "../../encoding/nearest.ts";
import type { Mistake } from "./part.ts";
import { MEMBERS, type Member, type PolicyInput, toKind } from "./policy-input.ts";

type Read = { readonly input: PolicyInput; readonly mistakes: readonly Mistake[] };

/** The mistakes are those of form alone; what is not a member, or has another form, is left out of the input. */
export function readPolicyInput(value: unknown): Read {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { input: {}, mistakes: [{ member: "name", message: "The body must be a JSON object: a policy." }] };
  }
  const given = Object.entries(value).filter(([, each]) => each !== null);
  const read = given.map(([name, each]) => [name, isMember(name) ? readMember(name, each) : undefined] as const);
  const wrongs = read.filter(([, each]) => each === undefined).map(([name]) => name);
  return {
    input: Object.fromEntries(read.filter(([, each]) => each !== undefined)),
    mistakes: wrongs.map((name) => ({ member: name as Member, message: complain(name) })),
  };
}

function isMember(name: string): name is Member {
  return MEMBERS.some((member) => member === name);
}

/** Undefined for a value of another form. */
function readMember(member: Member, value: unknown): string | string[] | boolean | undefined {
  switch (toKind(member)) {
    case "text":
      return toText(value);
    case "flag":
      return typeof value === "boolean" ? value : undefined;
    case "prices":
      return readPrices(value);
    case "list":
      // The policy says all agents so.
      return member === "agents" && value === "*" ? ["*"] : readTexts(value);
  }
}

function readTexts(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts = value.map(toText);
  return texts.includes(undefined) ? undefined : [...new Set(texts as string[])];
}

/** `{"render": 50}` as the texts of a command line. */
function readPrices(value: unknown): string[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return readTexts(Object.entries(value).map(([name, credits]) => `${name}=${toText(credits) ?? ""}`));
}

/** GEN has ids that are numbers. */
function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
}

const FORMS = {
  text: "a text or a number",
  list: "a list of texts",
  prices: 'an object of names and credits, like {"render": 50}',
  flag: "true or false",
} as const;

function complain(name: string): string {
  if (isMember(name)) return `${name} must be ${FORMS[toKind(name)]}.`;
  return `There is no member "${name.slice(0, 64)}".${askWhetherMeant(name.slice(0, 64), MEMBERS)} Allowed: ${MEMBERS.join(", ")}.`;
}
