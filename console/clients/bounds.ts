/** What a client may do, in words. Pure. */
import type { Client } from "../api/answers.ts";

const NAMED = new Set([
  "id",
  "kind",
  "name",
  "scopes",
  "agents",
  "expiresAt",
  "createdAt",
  "paused",
  "key",
  "chargesPerDay",
  "creditsPerDay",
  "chargesPerMonth",
  "creditsPerMonth",
]);

export function describeAgents({ agents }: Client): string {
  if (agents === undefined) return "";
  if (agents === "*") return "all";
  return agents.length <= 3 ? agents.join(", ") : `${agents.length} agents`;
}

interface Bound {
  readonly name: string;
  readonly text: string;
}

/** The policy's other members, as they are called there. */
export function listBounds(client: Client): Bound[] {
  return Object.entries(client).flatMap(([name, value]) => {
    const text = NAMED.has(name) ? "" : toText(value);
    return text === "" ? [] : [{ name, text }];
  });
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(toText).join(", ");
  if (typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([name, each]) => `${name} ${toText(each)}`)
    .join(", ");
}
