/** The length that a body is announced with, in bytes. Null when it comes in chunks, or in no length that there is. */
export function parseLength(header: string | null): number | null {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

/** A body that could not be taken is refused before a byte of it is read. */
export function isAnnouncedOver(headers: Headers, maxBytes: number): boolean {
  return (parseLength(headers.get("content-length")) ?? 0) > maxBytes;
}
