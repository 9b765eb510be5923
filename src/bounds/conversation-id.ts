import { scanJsonMembers } from "../encoding/json-members.ts";
import { findInQuery } from "./agent-id.ts";
import { toPlain } from "./generation-request.ts";

const NAME = "conversation_id";
const MAX_ID_CHARS = 256;

interface NamingTexts {
  /** The query with its `?`, or nothing. */
  readonly search: string;
  /** An urlencoded body, or nothing. */
  readonly form: string;
  /** A body that has passed `JSON.parse`; null for any other. */
  readonly json: string | null;
}

type Conversation = { readonly kind: "none" | "unclear" } | { readonly kind: "named"; readonly id: string };

/**
 * The conversation that a request goes on with, by `conversation_id` in its query or its body. Unclear: named more than
 * once, or in a way that parsers might read differently. Pure.
 */
export function findConversation({ search, form, json }: NamingTexts): Conversation {
  const inForms = [search.slice(1), form].flatMap((text) => findInQuery(text, NAME));
  const ids = inForms.map((each) => (each.kind === "plain" ? each.value : null));
  const [id, ...more] = [...ids, ...(json === null ? [] : findInJson(json))];
  if (id === undefined) return { kind: "none" };
  const isClear = id !== null && id.length <= MAX_ID_CHARS && more.length === 0;
  return isClear ? { kind: "named", id } : { kind: "unclear" };
}

/** Null in the place of one that can't be read for certain. A member that is `null` names none. */
function findInJson(json: string): (string | null)[] {
  return scanJsonMembers(json, true)
    .filter(({ name, start }) => isConversation(name) && !json.startsWith("null", start))
    .map(({ name, depth, scalar }) => (name === NAME && depth === 1 ? scalar : null));
}

function isConversation(name: string): boolean {
  return name.split(/[[\].]+/).some((part) => toPlain(part) === toPlain(NAME));
}
