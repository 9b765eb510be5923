/** A policy in JSON, in the names of docs/storage.md, as input for the rules. Pure. */
import { askWhetherMeant } from "../../encoding/nearest.ts";
import type { Mistake } from "./part.ts";
import { isList, MEMBERS, type Member, type PolicyInput } from "./policy-input.ts";

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
function readMember(member: Member, value: unknown): string | string[] | undefined {
  if (!isList(member)) return toText(value);
  // The policy says all agents so.
  if (member === "agents" && value === "*") return ["*"];
  if (!Array.isArray(value)) return undefined;
  const texts = value.map(toText);
  return texts.includes(undefined) ? undefined : [...new Set(texts as string[])];
}

/** GEN has ids that are numbers. */
function toText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : undefined;
}

function complain(name: string): string {
  if (isMember(name)) return `${name} must be ${isList(name) ? "a list of texts" : "a text or a number"}.`;
  return `There is no member "${name.slice(0, 64)}".${askWhetherMeant(name.slice(0, 64), MEMBERS)} Allowed: ${MEMBERS.join(", ")}.`;
}
