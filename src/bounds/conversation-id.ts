import { scanJsonMembers } from "../encoding/json-members.ts";
import { findInQuery } from "./agent-id.ts";
import { toPlain } from "./generation-request.ts";

const NAME = "conversation_id";
const MAX_ID_CHARS = 256;

interface NamingTexts {
  /** The query with its `?`, or empty. */
  readonly search: string;
  /** A form-urlencoded body, or empty. */
  readonly form: string;
  /** A body that has passed `JSON.parse`; null for any other. */
  readonly json: string | null;
}

type Conversation = { readonly kind: "none" | "unclear" } | { readonly kind: "named"; readonly id: string };

/**
 * The conversation that a request continues, by `conversation_id` in its query or body. `unclear`: named more than
 * once, or in a way that parsers may read differently. Pure.
 */
export function findConversation({ search, form, json }: NamingTexts): Conversation {
  const inForms = [search.slice(1), form].flatMap((text) => findInQuery(text, NAME));
  const ids = inForms.map((each) => (each.kind === "plain" ? each.value : null));
  const [id, ...more] = [...ids, ...(json === null ? [] : findInJson(json))];
  if (id === undefined) return { kind: "none" };
  const isClear = id !== null && id.length <= MAX_ID_CHARS && more.length === 0;
  return isClear ? { kind: "named", id } : { kind: "unclear" };
}

/** Null stands for a mention that is ambiguous. A member with the value `null` is no mention. */
function findInJson(json: string): (string | null)[] {
  return scanJsonMembers(json, true)
    .filter(({ name, start }) => isConversation(name) && !json.startsWith("null", start))
    .map(({ name, depth, scalar }) => (name === NAME && depth === 1 ? scalar : null));
}

function isConversation(name: string): boolean {
  return name.split(/[[\].]+/).some((part) => toPlain(part) === toPlain(NAME));
}
