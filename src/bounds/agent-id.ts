/**
 * Finds every mention of `agent_id` in a query or a body. If a request names two agents, or names one in brackets or in
 * another spelling (`agent_id[]`, `user_job[agent_id]`, `Agent_Id`, nested in JSON), two parsers may read two different
 * agents, and a client confined to one could reach another. Pure.
 */
import { scanJsonMembers } from "../encoding/json-members.ts";
import { toPlainNames } from "./field-name.ts";

export type AgentMention =
  | { readonly kind: "plain"; readonly value: string }
  | { readonly kind: "bracketed" }
  | { readonly kind: "not-scalar" };

/** `target_agent_id` is the agent that a copied sheet goes to. */
export type AgentField = "agent_id" | "target_agent_id";

/** Takes a query without its `?`. Older parsers also split at `;`. */
export function findInQuery(query: string, field: AgentField | "conversation_id" = "agent_id"): AgentMention[] {
  // The leading `&` keeps the parser from dropping a `?` that is part of the first name.
  const pairs = new URLSearchParams(`&${query.replaceAll(";", "&")}`);
  return [...pairs].flatMap(([name, value]) => toMention(name, value, field));
}

/**
 * Takes JSON text that has passed `JSON.parse`. `everywhere`: searches all depths, arrays included, and also the
 * spellings used in forms.
 */
export function findInJson(text: string, field: AgentField = "agent_id", everywhere = false): AgentMention[] {
  if (!everywhere && !text.includes(field) && !text.includes("\\u")) return [];
  return scanJsonMembers(text, everywhere).flatMap((member): AgentMention[] => {
    const mentions = everywhere || member.name === field ? toMention(member.name, "", field) : [];
    if (mentions.length === 0) return [];
    if (mentions[0]?.kind === "bracketed" || member.depth !== 1) return [{ kind: "bracketed" }];
    return [member.scalar === null ? { kind: "not-scalar" } : { kind: "plain", value: member.scalar }];
  });
}

/**
 * Whether every mention of an agent, at any depth and in any spelling, names this one. The JSON must have passed
 * `JSON.parse`.
 */
export function namesOnly(agent: string, { search, json }: { search: string; json: string | null }): boolean {
  return (["agent_id", "target_agent_id"] as const).every((field) => {
    const inQuery = findInQuery(search.slice(1), field);
    const inJson =
      json === null
        ? []
        : scanJsonMembers(json, true).flatMap(({ name, scalar }) => toMention(name, scalar ?? "", field));
    return [...inQuery, ...inJson].every((each) => each.kind === "plain" && each.value === agent);
  });
}

/** Takes the fields of a form. A null value is a file, or a text too long to be an id: neither names an agent. */
export function findInFields(
  fields: readonly (readonly [name: string, value: string | null])[],
  field: AgentField = "agent_id",
): AgentMention[] {
  return fields.flatMap(([name, value]): AgentMention[] =>
    name === field && value === null ? [{ kind: "not-scalar" }] : toMention(name, value ?? "", field),
  );
}

/** Whether some parser may take this field's name for the wanted one. */
function toMention(name: string, value: string, field: string): AgentMention[] {
  if (name === field) return [{ kind: "plain", value }];
  const wanted = field.replaceAll("_", "");
  const isMeant = toPlainNames(name).some((part) => part.replaceAll("_", "") === wanted);
  return isMeant ? [{ kind: "bracketed" }] : [];
}
