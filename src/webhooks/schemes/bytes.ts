import { toHex } from "../../encoding/hex.ts";
import type { Bytes } from "./scheme.ts";

export function encode(text: string): Bytes {
  return new TextEncoder().encode(text) as Bytes;
}

export function concat(text: string, bytes: Bytes): Bytes {
  const head = encode(text);
  const joined = new Uint8Array(head.length + bytes.length);
  joined.set(head);
  joined.set(bytes, head.length);
  return joined;
}

/** SHA-256, in hex. */
export async function hash(bytes: Bytes): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
