/**
 * Parses a multipart body (RFC 7578). Accepts what real clients send, but never guesses. The body is rewritten for GEN,
 * so GEN gets exactly what was read here. Takes linear time, whatever the body holds.
 */
import { decodeUtf8 } from "../../encoding/utf8.ts";
import { parseDisposition } from "./disposition.ts";
import { type FormPart, isPartType, isPlainEncoding, MAX_HEAD_CHARS, MAX_PARTS } from "./form-part.ts";

const [TAB, LF, CR, SPACE, DASH] = [9, 10, 13, 32, 45];
const BLANK_LINE = "\r\n\r\n";

/** Null when it is ambiguous or malformed. Contents are views of `bytes`. */
export function readMultipart(bytes: Uint8Array, boundary: string): FormPart[] | null {
  const needle = new TextEncoder().encode(`\r\n--${boundary}`);
  // The first delimiter may be at the very start, without the line end.
  const first = findDelimiter(bytes, needle, { from: 0, matched: 2 });
  if (first === null || !isPreamble(bytes.subarray(0, first.start), boundary)) return null;
  const parts: FormPart[] = [];
  let delimiter = first;
  while (!delimiter.isLast) {
    const next = findDelimiter(bytes, needle, { from: delimiter.end, matched: 0 });
    const part = next && readPart(bytes.subarray(delimiter.end, next.start));
    if (!part || parts.length === MAX_PARTS) return null;
    parts.push(part);
    delimiter = next;
  }
  // Refuse a further delimiter, after which another parser would find a part.
  return findDelimiter(bytes, needle, { from: delimiter.end, matched: 2 }) === null ? parts : null;
}

function isPreamble(bytes: Uint8Array, boundary: string): boolean {
  return bytes.length <= MAX_HEAD_CHARS && !new TextDecoder("latin1").decode(bytes).includes(`--${boundary}`);
}

/** A boundary line, with the line end before it. */
interface Delimiter {
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
}

/** `matched`: how many bytes of the needle to assume before `from`. */
function findDelimiter(
  bytes: Uint8Array,
  needle: Uint8Array,
  { from, matched }: { from: number; matched: number },
): Delimiter | null {
  let count = matched;
  for (let at = from; at < bytes.length; at += 1) {
    // The needle has a carriage return only at its start, so the search never has to go back.
    if (bytes[at] === needle[count]) count += 1;
    else count = bytes[at] === CR ? 1 : 0;
    if (count < needle.length) continue;
    const start = Math.max(0, at + 1 - needle.length);
    const isLast = bytes[at + 1] === DASH && bytes[at + 2] === DASH;
    const end = findLineEnd(bytes, isLast ? at + 3 : at + 1);
    if (end !== null) return { start, end, isLast };
    count = 0;
  }
  return null;
}

/** Blanks may follow the boundary (RFC 2046, section 5.1.1). Null when anything else does. */
function findLineEnd(bytes: Uint8Array, from: number): number | null {
  let at = from;
  while (bytes[at] === SPACE || bytes[at] === TAB) at += 1;
  if (bytes[at] === CR && bytes[at + 1] === LF) return at + 2;
  return at === bytes.length ? at : null;
}

function readPart(section: Uint8Array): FormPart | null {
  const start = new TextDecoder("latin1").decode(section.subarray(0, MAX_HEAD_CHARS));
  const end = start.indexOf(BLANK_LINE);
  const headers = end < 0 ? null : readHeaders(section.subarray(0, end));
  const disposition = parseDisposition(headers?.get("content-disposition") ?? "");
  if (!headers || !disposition || !isPlainEncoding(headers.get("content-transfer-encoding") ?? "binary")) return null;
  const type = headers.get("content-type") ?? null;
  if (type !== null && !isPartType(type)) return null;
  const content = section.subarray(end + BLANK_LINE.length);
  if (disposition.filename === null)
    return decodeUtf8(content, { keepsMark: true }) !== null ? { ...disposition, contentType: null, content } : null;
  return { ...disposition, contentType: type, content };
}

/** Keys are lower case. Null when a line is not a header, or a name occurs twice. */
function readHeaders(head: Uint8Array): ReadonlyMap<string, string> | null {
  const text = decodeUtf8(head, { keepsMark: true });
  const headers = new Map<string, string>();
  for (const line of text?.split("\r\n") ?? []) {
    const [, name = "", value = ""] = /^([\w-]+)[ \t]*:[ \t]*(.*)$/.exec(line) ?? [];
    if (name === "" || headers.has(name.toLowerCase())) return null;
    headers.set(name.toLowerCase(), value.trimEnd());
  }
  return text === null ? null : headers;
}
