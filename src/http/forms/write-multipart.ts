/**
 * Writes a multipart body in the form that all parsers read alike: CRLF, quoted names, no needless headers. The
 * boundary is a hash of the whole body, so the same form always gives the same bytes, and no content can contain it.
 */
import { sha256Hex } from "../../encoding/hash.ts";
import type { FormPart } from "./form-part.ts";

const PREFIX = "gen-edge-";
const HASH_CHARS = 32;
const BLANK_BOUNDARY = `${PREFIX}${"0".repeat(HASH_CHARS)}`;

interface WrittenForm {
  readonly boundary: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export async function writeMultipart(parts: readonly FormPart[]): Promise<WrittenForm> {
  const { bytes, boundaries } = lay(parts);
  const hash = (await sha256Hex(bytes)).slice(0, HASH_CHARS);
  const boundary = `${PREFIX}${hash}`;
  const written = new TextEncoder().encode(boundary);
  for (const at of boundaries) bytes.set(written, at);
  return { boundary, bytes };
}

/** The body with a placeholder for each boundary, and their positions. This way the contents are copied only once. */
function lay(parts: readonly FormPart[]): { bytes: Uint8Array<ArrayBuffer>; boundaries: number[] } {
  const encoder = new TextEncoder();
  const pieces = parts.flatMap((part) => [encoder.encode(toHead(part)), part.content, encoder.encode("\r\n")]);
  pieces.push(encoder.encode(`--${BLANK_BOUNDARY}--\r\n`));
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  const boundaries: number[] = [];
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    bytes.set(piece, at);
    if (index % 3 === 0) boundaries.push(at + 2);
    at += piece.length;
  }
  return { bytes, boundaries };
}

function toHead({ name, filename, contentType }: FormPart): string {
  const file = filename === null ? "" : `; filename="${filename}"`;
  const type = contentType === null ? "" : `Content-Type: ${contentType}\r\n`;
  return `--${BLANK_BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${type}\r\n`;
}
