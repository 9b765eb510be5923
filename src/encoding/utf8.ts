/**
 * Decodes UTF-8; null for invalid bytes. Drops a byte order mark unless `keepsMark` is set, for text that is passed on
 * unchanged.
 */
export function decodeUtf8(bytes: Uint8Array, { keepsMark = false } = {}): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: keepsMark }).decode(bytes);
  } catch {
    return null;
  }
}
