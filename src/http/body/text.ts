/** Bytes as text. Null for what is not UTF-8. A byte order mark stays: what is read is what is passed on. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
