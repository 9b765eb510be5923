/**
 * The head of a part that can't be rewritten. Every line must be a known header, present once, with nothing that two
 * parsers could read differently. Header names may have any case and order, as common clients send them.
 */
import { isFieldName, isFilename, isPartType, isPlainEncoding, toLastSegment } from "./form-part.ts";

export interface CanonicalHead {
  readonly name: string;
  readonly isFile: boolean;
  /** The length of the content in bytes, if the head gives it; compared with what arrives. */
  readonly length: number | null;
}

const LINE = /^([A-Za-z-]+): (.+)$/;
const DISPOSITION = /^form-data; name="([^"]+)"(?:; filename="([^"]*)")?$/;
const FIELD_TYPE = /^text\/plain(?:; ?charset="?utf-?8"?)?$/i;

/** `head`: its lines, without the blank one at the end. */
export function parseCanonicalHead(head: string): CanonicalHead | null {
  const headers = new Map<string, string>();
  for (const line of head.split("\r\n")) {
    const [, name = "", value = ""] = LINE.exec(line) ?? [];
    if (headers.has(name.toLowerCase())) return null;
    headers.set(name.toLowerCase(), value);
  }
  const [, name = "", filename] = DISPOSITION.exec(headers.get("content-disposition") ?? "") ?? [];
  const isFile = filename !== undefined;
  const length = headers.get("content-length");
  const isCanonical =
    isFieldName(name) &&
    (!isFile || (isFilename(filename) && toLastSegment(filename) === filename)) &&
    [...headers].every((header) => isKnown(header, isFile));
  return isCanonical ? { name, isFile, length: length === undefined ? null : Number(length) } : null;
}

function isKnown([name, value]: readonly [string, string], isFile: boolean): boolean {
  switch (name) {
    case "content-disposition":
      return true;
    case "content-type":
      return isFile ? isPartType(value) : FIELD_TYPE.test(value);
    case "content-length":
      return /^\d{1,15}$/.test(value);
    case "content-transfer-encoding":
      return isPlainEncoding(value);
    default:
      return false;
  }
}
