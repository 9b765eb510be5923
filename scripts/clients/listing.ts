import type { Policy } from "../../src/access/policy.ts";
import type { StoredEntry } from "../../src/clients/stored-entry.ts";
import { wrap } from "../terminal/wrap.ts";
import { toTime } from "./time.ts";

const WIDTH = 80;
const LABEL_WIDTH = 11;

/** Clients and policies as plain text of at most 80 columns: a line with name and id, and what is allowed below it. */
export function renderListing(entries: readonly StoredEntry[], now: number): string {
  return entries.map((entry) => renderEntry(entry, now).join("\n")).join("\n\n");
}

function renderEntry({ kind, id, policy, createdAt }: StoredEntry, now: number): string[] {
  const head = `${policy?.name ?? "(unreadable)"}  ${kind === "policy" ? "(policy)" : id}${policy?.paused ? "  PAUSED" : ""}`;
  const created = renderField("created", [createdAt === null ? "unknown" : toTime(createdAt)]);
  if (policy === null) return [head, ...created];
  const { scopes, agents, origins, expiresAt } = policy;
  const expiry = expiresAt === null ? "never" : toTime(expiresAt);
  return [
    head,
    ...renderField("scopes", scopes),
    ...renderField("agents", agents === "*" ? ["all"] : agents),
    ...renderField("origins", origins.length === 0 ? ["none"] : origins),
    ...toBounds(policy).flatMap(([name, items]) => renderField(name, items)),
    ...renderField("expires", [expiresAt !== null && expiresAt <= now ? `${expiry} (expired)` : expiry]),
    ...created,
  ];
}

function renderField(label: string, items: readonly string[]): string[] {
  const lines = wrap(items.join(", "), WIDTH - LABEL_WIDTH - 2);
  return lines.map((line, index) => `  ${(index === 0 ? label : "").padEnd(LABEL_WIDTH)}${line}`);
}

function toBounds(policy: Policy): [string, readonly string[]][] {
  const lists = {
    operations: policy.operations,
    sheets: policy.sheets,
    types: policy.generationTypes,
    models: policy.models,
  };
  const named = Object.entries(lists).flatMap(([name, list]): [string, readonly string[]][] =>
    list ? [[name, list]] : [],
  );
  const { maxDurationSeconds, tier, chargesPerDay, maxCredits, creditsPerDay, account } = policy;
  const { chargesPerMonth, creditsPerMonth, prices = {}, tag, tagRequired = false } = policy;
  const priced = Object.entries(prices).map(([name, credits]) => `${name} ${credits}`);
  const tagged = tag ?? (tagRequired ? "required" : undefined);
  const limits = [
    ...(maxDurationSeconds === undefined ? [] : [`${maxDurationSeconds} s a film or song`]),
    ...(chargesPerDay === undefined ? [] : [`${chargesPerDay} charged calls a day`]),
    ...(maxCredits === undefined ? [] : [`${maxCredits} credits a call`]),
    ...(creditsPerDay === undefined ? [] : [`${creditsPerDay} credits a day`]),
    ...(chargesPerMonth === undefined ? [] : [`${chargesPerMonth} charged calls a month`]),
    ...(creditsPerMonth === undefined ? [] : [`${creditsPerMonth} credits a month`]),
  ];
  return [
    ...named,
    ...(limits.length === 0 ? [] : [["limits", limits] as [string, readonly string[]]]),
    ...(priced.length === 0 ? [] : [["prices", priced] as [string, readonly string[]]]),
    ...(tagged === undefined ? [] : [["tag", [tagged]] as [string, readonly string[]]]),
    ...(tier === undefined ? [] : [["tier", [tier]] as [string, readonly string[]]]),
    ...(account === undefined ? [] : [["account", [account]] as [string, readonly string[]]]),
  ];
}
