/** Parses a urlencoded form and rewrites it, so that GEN gets what was read. */
import { decodeUtf8 } from "../../encoding/utf8.ts";

/** No real form has more. */
const MAX_PAIRS = 10_000;

type FormPair = [name: string, value: string];

/** Null if it is not UTF-8, begins with a byte order mark, or has a semicolon, at which older parsers split. */
export function readForm(bytes: Uint8Array): FormPair[] | null {
  const text = decodeUtf8(bytes, { keepsMark: true });
  if (text === null || text.startsWith("\ufeff") || text.includes(";") || !isDecodable(text)) return null;
  // Without the leading ampersand, `URLSearchParams` would drop a question mark at the start.
  const pairs = new URLSearchParams(`&${text}`);
  return pairs.size <= MAX_PAIRS ? [...pairs] : null;
}

export function writeForm(pairs: FormPair[]): string {
  return new URLSearchParams(pairs).toString();
}

/** False for invalid escapes and invalid UTF-8, which parsers read differently. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
