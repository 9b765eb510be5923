/**
 * Client keys: `ge_<id>_<secret><check>`. The id finds the record, the secret authenticates. The check is a CRC-32, as
 * in GitHub's tokens: malformed keys are refused without a lookup, and scanners for leaked keys can recognise real
 * ones.
 */
import crc32 from "crc-32";
import { importHmacKey, sha256Hex } from "../encoding/hash.ts";
import { randomBase62, toBase62, toDigits } from "./base62.ts";

const ID_CHARS = 10;
const SECRET_CHARS = 32;
const CHECK_CHARS = 6;
const SHAPE = new RegExp(`^ge_([0-9A-Za-z]{${ID_CHARS}})_([0-9A-Za-z]{${SECRET_CHARS}})([0-9A-Za-z]{${CHECK_CHARS}})$`);

export interface ClientKey {
  readonly id: string;
  readonly secret: string;
}

export function createClientKey(): ClientKey {
  return { id: randomBase62(ID_CHARS), secret: randomBase62(SECRET_CHARS) };
}

/**
 * A secret that its maker can make again, and nobody who has only one half of what it is made of: `salt` (random bytes,
 * stored for a day) and `word` (what the caller alone holds, never stored). So a repeated request gets the same key,
 * although no key is stored.
 */
export async function deriveSecret(salt: Uint8Array, word: string): Promise<string> {
  const key = await importHmacKey(salt, "sign");
  let digits = "";
  for (let turn = 0; digits.length < SECRET_CHARS; turn += 1) {
    const bytes = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(`${turn}\n${word}`));
    digits += toDigits(new Uint8Array(bytes));
  }
  return digits.slice(0, SECRET_CHARS);
}

export function formatClientKey(key: ClientKey): string {
  return `ge_${key.id}_${key.secret}${computeCheck(key)}`;
}

/** Null for text that is not a well-formed key with a correct check. */
export function parseClientKey(text: string): ClientKey | null {
  const [, id, secret, check] = SHAPE.exec(text) ?? [];
  if (!id || !secret) return null;
  return check === computeCheck({ id, secret }) ? { id, secret } : null;
}

function computeCheck({ id, secret }: ClientKey): string {
  return toBase62(crc32.str(`${id}_${secret}`) >>> 0, CHECK_CHARS);
}

/** The stored form of the secret: SHA-256, as hex. The secret is random, so it needs no salt and no key stretching. */
export function hashSecret(secret: string): Promise<string> {
  return sha256Hex(secret);
}
