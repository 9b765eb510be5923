/** An urlencoded form: read once, and written anew, so that GEN gets what was read. */
import { decodeUtf8 } from "../../encoding/utf8.ts";

/** Nobody writes so many. */
const MAX_PAIRS = 10_000;

type FormPair = [name: string, value: string];

/** Null for what is not UTF-8, begins with a byte order mark, or holds a semicolon, at which older parsers split. */
export function readForm(bytes: Uint8Array): FormPair[] | null {
  const text = decodeUtf8(bytes, { keepsMark: true });
  if (text === null || text.startsWith("\ufeff") || text.includes(";") || !isDecodable(text)) return null;
  // The ampersand in front keeps the parser from dropping a question mark that belongs to a name.
  const pairs = new URLSearchParams(`&${text}`);
  return pairs.size <= MAX_PAIRS ? [...pairs] : null;
}

export function writeForm(pairs: FormPair[]): string {
  return new URLSearchParams(pairs).toString();
}

/** Escapes that are none, or no UTF-8, are read in several ways. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
