import type { Policy } from "../../src/access/policy.ts";
import type { StoredEntry } from "./store.ts";
import { toTime } from "./time.ts";

const HEADINGS = ["NAME", "ID", "SCOPES", "AGENTS", "ORIGINS", "BOUNDS", "EXPIRES", "CREATED"];

/** Clients and policies as a plain-text table, one line each. */
export function renderTable(entries: readonly StoredEntry[], now: number): string {
  const rows = [HEADINGS, ...entries.map((entry) => toCells(entry, now))];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function toCells({ kind, id, policy, createdAt }: StoredEntry, now: number): string[] {
  const created = createdAt === null ? "-" : toTime(createdAt);
  if (policy === null) return ["(unreadable)", id, "-", "-", "-", "-", "-", created];
  const { name, scopes, agents, origins, expiresAt } = policy;
  const expiry = expiresAt === null ? "never" : toTime(expiresAt);
  return [
    name,
    kind === "policy" ? "(policy)" : id,
    scopes.join(","),
    agents === "*" ? "all" : agents.join(","),
    origins.join(",") || "none",
    toBounds(policy).join(" ") || "none",
    expiresAt !== null && expiresAt <= now ? `${expiry} (expired)` : expiry,
    created,
  ];
}

function toBounds(policy: Policy): string[] {
  const lists = {
    operations: policy.operations,
    sheets: policy.sheets,
    types: policy.generationTypes,
    models: policy.models,
  };
  const named = Object.entries(lists).map(([name, list]) => (list ? `${name}=${list.join(",")}` : ""));
  const { maxDurationSeconds, tier, chargesPerDay, maxCredits, creditsPerDay, account, paused } = policy;
  const others = [
    maxDurationSeconds === undefined ? "" : `max=${maxDurationSeconds}s`,
    tier === undefined ? "" : `tier=${tier}`,
    chargesPerDay === undefined ? "" : `charges=${chargesPerDay}/day`,
    maxCredits === undefined ? "" : `credits=${maxCredits}/call`,
    creditsPerDay === undefined ? "" : `credits=${creditsPerDay}/day`,
    account === undefined ? "" : `account=${account}`,
    paused ? "PAUSED" : "",
  ];
  return [...named, ...others].filter((bound) => bound !== "");
}
