import { sha256Hex } from "../encoding/hash.ts";

const ENCODER = new TextEncoder();

/** Constant-time, whatever the length: hashes are compared. */
export async function isSetupToken(given: string, token: string): Promise<boolean> {
  const [a, b] = await Promise.all([sha256Hex(given), sha256Hex(token)]);
  return crypto.subtle.timingSafeEqual(ENCODER.encode(a), ENCODER.encode(b));
}
