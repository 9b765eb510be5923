/**
 * The variables `BUDGETS` and `PRICES`: what the deployment limits beside the policies of its clients, and what it
 * counts for calls that GEN has no price for. A mistake is told by its place, without the value. Pure.
 */
import { OPERATIONS } from "./gen/operations.ts";

/** A budget as `BUDGETS` writes it. */
export interface BudgetRule {
  readonly of: "tag" | "pipeline" | "account" | "all";
  /** `*`: each by itself, but for those that another rule names. Empty for `all`. */
  readonly name: string;
  readonly unit: "calls" | "credits";
  readonly per: "day" | "month";
  readonly limit: number;
}

/** Credits by generation type or operation. */
export type Prices = Readonly<Record<string, number>>;

/** What was read, and the faults: rests of sentences that begin with the variable's name. */
export interface Read<Value> {
  readonly value: Value;
  readonly faults: readonly string[];
}

/** The name of a policy, a pipeline or a GEN account: a segment of a path. */
export const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** A tag, as callers and policies write it. */
export const TAG = /^[A-Za-z0-9._-]{1,64}$/;

const NAMES: Readonly<Record<BudgetRule["of"], RegExp>> = {
  tag: TAG,
  pipeline: SLUG,
  account: SLUG,
  all: /^$/,
};

const RULE = /^(\S+)\s+(\d{1,9}(?:\.\d{1,3})?)\s+(calls|credits)\s*\/\s*(day|month)$/;
const RULE_FAULT =
  'is not valid. Allowed: a holder, a limit, a unit and a period, like "tag:customer-17 500 credits/day".';
const HOLDER_FAULT =
  'names no possible holder. Allowed: "all", "account:acme", "pipeline:name", "tag:name", or "tag:*" for each.';

/** `all 20000 credits/day; tag:* 50 calls/day`: entries with a `;` or a line end between them. */
export function readBudgets(text: string): Read<readonly BudgetRule[]> {
  const value: BudgetRule[] = [];
  const faults: string[] = [];
  for (const [index, entry] of splitEntries(text, /[;\n]/).entries()) {
    const fault = (what: string) => faults.push(`entry ${index + 1} ${what}`);
    const rule = toRule(entry);
    if (typeof rule === "string") fault(rule);
    else if (value.some((other) => isSame(rule, other))) fault("limits what an entry before it limits, too.");
    else value.push(rule);
  }
  return { value, faults };
}

/** A rule, or what is wrong with the entry. */
function toRule(entry: string): BudgetRule | string {
  const [, holder = "", limit = "", unit, per] = RULE.exec(entry) ?? [];
  if (unit === undefined) return RULE_FAULT;
  const [of = "", ...rest] = holder.split(":");
  const name = rest.join(":");
  if (!isKind(of) || (rest.length === 0) !== (of === "all")) return HOLDER_FAULT;
  if (!NAMES[of].test(name) && (name !== "*" || of === "all")) return HOLDER_FAULT;
  if (unit === "calls" && limit.includes(".")) return "counts calls, so its limit must be a whole number.";
  return { of, name, unit: unit as BudgetRule["unit"], per: per as BudgetRule["per"], limit: Number(limit) };
}

function isKind(of: string): of is BudgetRule["of"] {
  return Object.hasOwn(NAMES, of);
}

function isSame(a: BudgetRule, b: BudgetRule): boolean {
  return a.of === b.of && a.name === b.name && a.unit === b.unit && a.per === b.per;
}

const PRICE = /^([^\s=]+)\s*=\s*(\d{1,9}(?:\.\d{1,3})?)$/;
const TYPE = /^[a-z][a-z0-9_]{0,63}$/;

/** `render=50, lipsync=300`. */
export function readPrices(text: string): Read<Prices> {
  const prices = new Map<string, number>();
  const faults: string[] = [];
  for (const [index, entry] of splitEntries(text, /[,;\n]/).entries()) {
    const price = parsePrice(entry);
    const fault = typeof price === "string" ? price : prices.has(price.name) ? "has a price already." : null;
    if (fault !== null) faults.push(`entry ${index + 1} ${fault}`);
    else if (typeof price !== "string") prices.set(price.name, price.credits);
  }
  return { value: Object.fromEntries(prices), faults };
}

/** A price, or what is wrong with it. */
export function parsePrice(entry: string): { readonly name: string; readonly credits: number } | string {
  const [, name = "", credits] = PRICE.exec(entry) ?? [];
  if (credits === undefined) return 'is not valid. Allowed: a name and credits, like "render=50".';
  const isOperation = OPERATIONS.some((operation) => operation.name === name && operation.charged);
  if (!isOperation && !TYPE.test(name)) {
    return "is neither a generation type nor a charged operation, like render or cells.render.";
  }
  return { name, credits: Number(credits) };
}

function splitEntries(text: string, separator: RegExp): string[] {
  return text
    .split(separator)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}
