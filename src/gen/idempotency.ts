import { sha256Hex } from "../encoding/hash.ts";

/**
 * The key under which a call is sent to GEN. GEN keeps keys per user, and all clients of the Worker are one user to
 * it: so the key is a hash of the client and the key the client chose. 64 hex digits fit every limit GEN documents.
 */
export function deriveGenKey(clientId: string, callerKey: string): Promise<string> {
  return sha256Hex(`${clientId}\n${callerKey}`);
}

/** What a caller may send as `Idempotency-Key`: 1 to 255 printable ASCII characters, not blank. */
export function isIdempotencyKey(value: string): boolean {
  return /^[\x20-\x7e]{1,255}$/.test(value) && value.trim() !== "";
}
