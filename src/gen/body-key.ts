import { scanJsonMembers } from "../encoding/json-members.ts";

const NAME = "idempotency_key";

/** The idempotency key in a JSON body, or null. The text must have passed `JSON.parse`. */
export function readBodyKey(text: string): string | null {
  return findBodyKeys(text)[0]?.scalar ?? null;
}

/**
 * The JSON text with `idempotency_key` set and every other byte unchanged, for operations that take their key in the
 * body. Null when the body is no object, when it has the member twice, or when the member is neither a string nor a
 * number.
 */
export function setBodyKey(text: string, key: string): string | null {
  const member = JSON.stringify(key);
  if (text.trim() === "") return `{"${NAME}":${member}}`;
  const [found, ...more] = findBodyKeys(text);
  if (more.length > 0) return null;
  if (found) return found.scalar === null ? null : text.slice(0, found.start) + member + text.slice(found.end);
  const brace = text.search(/\S/);
  if (text[brace] !== "{") return null;
  const isEmpty = /^\s*}/.test(text.slice(brace + 1));
  return `${text.slice(0, brace + 1)}"${NAME}":${member}${isEmpty ? "" : ","}${text.slice(brace + 1)}`;
}

function findBodyKeys(text: string) {
  return scanJsonMembers(text).filter((each) => each.depth === 1 && each.name === NAME);
}
