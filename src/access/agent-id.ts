/**
 * Finds the agent a request names: `agent_id` in the query or in the body. It may stand once. Twice, or in brackets
 * (`agent_id[]`, `user_job[agent_id]`, or the same nested in JSON), two parsers would read two agents, and a client
 * confined to one could reach another. Pure: text in, mentions out.
 */
import { scanJsonMembers } from "../gen/json-members.ts";

export type AgentMention =
  | { readonly kind: "plain"; readonly value: string }
  | { readonly kind: "bracketed" }
  | { readonly kind: "not-scalar" };

const MAX_PAIRS = 10_000;

/** `target_agent_id` is where a copy of a sheet goes. */
export type AgentField = "agent_id" | "target_agent_id";

/** Of a query without its `?`, or of an urlencoded body. Older parsers split at `;` too. */
export function findInForm(text: string, field: AgentField = "agent_id"): AgentMention[] {
  if (!mayMention(text, field)) return [];
  const pairs = text.split(/[&;]/).filter((pair) => mayMention(pair, field));
  // Nobody writes so many; looking at each would take seconds.
  if (pairs.length > MAX_PAIRS) return [{ kind: "bracketed" }];
  return pairs.flatMap((pair) => {
    // The ampersand in front keeps the parser from dropping a question mark that belongs to the name.
    const [name, value] = new URLSearchParams(`&${pair}`).entries().next().value ?? ["", ""];
    return toMention(name, value, field);
  });
}

/** Of a JSON text that has passed `JSON.parse`. `everywhere`: at any depth, in lists too, and in spellings of forms. */
export function findInJson(text: string, field: AgentField = "agent_id", everywhere = false): AgentMention[] {
  if (!text.includes(field) && !text.includes("\\u")) return [];
  return scanJsonMembers(text, everywhere).flatMap((member): AgentMention[] => {
    const mentions = everywhere || member.name === field ? toMention(member.name, "", field) : [];
    if (mentions.length === 0) return [];
    if (mentions[0]?.kind === "bracketed" || member.depth !== 1) return [{ kind: "bracketed" }];
    return [member.scalar === null ? { kind: "not-scalar" } : { kind: "plain", value: member.scalar }];
  });
}

/** Of the fields of a form: a file in that place is no agent. */
export function findInFields(
  fields: Iterable<readonly [string, unknown]>,
  field: AgentField = "agent_id",
): AgentMention[] {
  return [...fields].flatMap(([name, value]) =>
    typeof value === "string"
      ? toMention(name, value, field)
      : toMention(name, "", field).map(() => ({ kind: "not-scalar" as const })),
  );
}

/** Whether a field's name means the wanted one to any parser: brackets nest, blanks around a name are dropped. */
function toMention(name: string, value: string, field: AgentField): AgentMention[] {
  if (name === field) return [{ kind: "plain", value }];
  const parts = name.split(/[[\]]+/).map((part) => part.replace(/[\s\0]+/g, ""));
  return parts.includes(field) ? [{ kind: "bracketed" }] : [];
}

/** Cheap: most queries name no agent in any spelling. A percent sign or a plus may hide one. */
function mayMention(text: string, field: AgentField): boolean {
  return text.includes(field) || text.includes("%") || text.includes("+");
}
