/**
 * Finds the agent a request names: `agent_id` in the query or in the body, each time it is named. With two different ones, or
 * one in brackets or another spelling (`agent_id[]`, `user_job[agent_id]`, `Agent_Id`, or nested in JSON), two parsers would
 * read two agents, and a client confined to one could reach another. Pure: text in, mentions out.
 */
import { scanJsonMembers } from "../encoding/json-members.ts";
import { toPlainNames } from "./field-name.ts";

export type AgentMention =
  | { readonly kind: "plain"; readonly value: string }
  | { readonly kind: "bracketed" }
  | { readonly kind: "not-scalar" };

/** `target_agent_id` is where a copy of a sheet goes. */
export type AgentField = "agent_id" | "target_agent_id";

/** Of a query without its `?`. Older parsers split at `;` too. */
export function findInQuery(query: string, field: AgentField | "conversation_id" = "agent_id"): AgentMention[] {
  // The ampersand in front keeps the parser from dropping a question mark that belongs to the name.
  const pairs = new URLSearchParams(`&${query.replaceAll(";", "&")}`);
  return [...pairs].flatMap(([name, value]) => toMention(name, value, field));
}

/** Of a JSON text that has passed `JSON.parse`. `everywhere`: at any depth, in lists too, and in spellings of forms. */
export function findInJson(text: string, field: AgentField = "agent_id", everywhere = false): AgentMention[] {
  if (!everywhere && !text.includes(field) && !text.includes("\\u")) return [];
  return scanJsonMembers(text, everywhere).flatMap((member): AgentMention[] => {
    const mentions = everywhere || member.name === field ? toMention(member.name, "", field) : [];
    if (mentions.length === 0) return [];
    if (mentions[0]?.kind === "bracketed" || member.depth !== 1) return [{ kind: "bracketed" }];
    return [member.scalar === null ? { kind: "not-scalar" } : { kind: "plain", value: member.scalar }];
  });
}

/** Whether whatever names an agent, at any depth and in any spelling, names this one. The JSON must have passed `JSON.parse`. */
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

/** Of the fields of a form: a file in that place is no agent, nor is a text too long to be an id. */
export function findInFields(
  fields: readonly (readonly [name: string, value: string | null])[],
  field: AgentField = "agent_id",
): AgentMention[] {
  return fields.flatMap(([name, value]): AgentMention[] =>
    name === field && value === null ? [{ kind: "not-scalar" }] : toMention(name, value ?? "", field),
  );
}

/** Whether a field's name means the wanted one to any parser. */
function toMention(name: string, value: string, field: string): AgentMention[] {
  if (name === field) return [{ kind: "plain", value }];
  const wanted = field.replaceAll("_", "");
  const isMeant = toPlainNames(name).some((part) => part.replaceAll("_", "") === wanted);
  return isMeant ? [{ kind: "bracketed" }] : [];
}
