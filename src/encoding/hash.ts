import { toHex } from "./hex.ts";

/** SHA-256 as `sha256Hex` writes it. */
export const SHA256_HEX = /^[0-9a-f]{64}$/;

/** SHA-256 as 64 hex digits. Strings are hashed as UTF-8. */
export async function sha256Hex(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>)));
}

export type HmacKey = Awaited<ReturnType<typeof importHmacKey>>;

/** Imports a secret as an HMAC key (RFC 2104). Strings are taken as UTF-8. */
export function importHmacKey(
  secret: string | Uint8Array,
  usage: "sign" | "verify",
  hash: "SHA-1" | "SHA-256" = "SHA-256",
) {
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  return crypto.subtle.importKey("raw", bytes as Uint8Array<ArrayBuffer>, { name: "HMAC", hash }, false, [usage]);
}
