import { sha256Hex } from "../encoding/hash.ts";

/**
 * The idempotency key sent to GEN: a hash of the client and the client's own key. GEN scopes keys per user, and all
 * clients of the Worker are one user to GEN. 64 hex digits fit every limit that GEN documents.
 */
export function deriveGenKey(clientId: string, callerKey: string): Promise<string> {
  return sha256Hex(`${clientId}\n${callerKey}`);
}

/** What a caller may send as `Idempotency-Key`: 1 to 255 printable ASCII characters, not blank. */
export function isIdempotencyKey(value: string): boolean {
  return /^[\x20-\x7e]{1,255}$/.test(value) && value.trim() !== "";
}
