/** The announced length of a body, in bytes. Null when there is none (a chunked body) or it is not a number. */
export function parseLength(header: string | null): number | null {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : null;
}

/** Whether a body can be refused as too large before any of it is read. */
export function isAnnouncedOver(headers: Headers, maxBytes: number): boolean {
  return (parseLength(headers.get("content-length")) ?? 0) > maxBytes;
}
