import type { StoredClient } from "./store.ts";

const HEADINGS = ["NAME", "ID", "SCOPES", "AGENTS", "ORIGINS", "EXPIRES", "CREATED"];

/** The clients as a table of plain text, a line each. */
export function renderTable(clients: readonly StoredClient[], now: number): string {
  const rows = [HEADINGS, ...clients.map((client) => toCells(client, now))];
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

function toCells({ id, policy, createdAt }: StoredClient, now: number): string[] {
  if (policy === null) return ["(unreadable)", id, "-", "-", "-", "-", toTime(createdAt)];
  const { name, scopes, agents, origins, expiresAt } = policy;
  const expiry = expiresAt === null ? "never" : toTime(expiresAt);
  return [
    name,
    id,
    scopes.join(","),
    agents === "*" ? "all" : agents.join(","),
    origins.join(",") || "none",
    expiresAt !== null && expiresAt <= now ? `${expiry} (expired)` : expiry,
    toTime(createdAt),
  ];
}

/** UTC, to the minute; a day alone where that says it all. */
function toTime(at: number | null): string {
  if (at === null) return "-";
  const iso = new Date(at).toISOString();
  return iso.endsWith("T00:00:00.000Z") ? iso.slice(0, 10) : `${iso.slice(0, 16)}Z`;
}
