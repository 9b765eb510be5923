/**
 * Bytes as text. Null for what is not UTF-8. A byte order mark is no part of the text, unless what is read is passed on
 * as it came.
 */
export function decodeUtf8(bytes: Uint8Array, { keepsMark = false } = {}): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: keepsMark }).decode(bytes);
  } catch {
    return null;
  }
}
